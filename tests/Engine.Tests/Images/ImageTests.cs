using System.Globalization;
using AlexNet.Testing;
using Engine.Tests.Engines;
using Lockstep.Core.Errors;

namespace Engine.Tests.Images;

/// <summary>The images as they are, each container by itself.</summary>
public sealed class ImageTests(DockerEngine engine)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("alexnet-coordinator", "mcr.microsoft.com/dotnet/aspnet:10.0-noble", 20)]
    [InlineData("alexnet-worker", "mcr.microsoft.com/dotnet/aspnet:10.0-noble", 600)]
    public async Task An_image_adds_little_to_its_base(string image, string baseImage, int megabytes)
    {
        await engine.StartAsync();
        double own = (await SizeAsync(image) - await SizeAsync(baseImage)) / 1e6;
        TestContext.Current.SendDiagnosticMessage($"{image}: {await SizeAsync(image) / 1e6:F0} MB, {own:F1} of them ours");
        Assert.InRange(own, 1, megabytes);
    }

    /// <summary>
    /// Its own stage is replaced by the programs of worker-cpu, because the package with CUDA's libtorch has 6 GB; what follows is built.
    /// </summary>
    [Fact]
    public async Task The_stage_of_the_worker_for_GPUs_builds()
    {
        await engine.StartAsync();
        using TemporaryFolder programs = new();
        string container = await engine.DockerAsync("create", "alexnet-worker");
        Directory.CreateDirectory(programs["source/out"]);
        await engine.DockerAsync("cp", $"{container}:/app", programs["source/out/worker-cuda"]);
        await engine.DockerAsync("rm", container);
        await engine.DockerAsync(
            "build",
            "--target=worker-cuda",
            "--tag=alexnet-worker:cuda",
            $"--build-context=build-worker-cuda={programs.Path}",
            "."
        );
        string environment = await engine.DockerAsync("inspect", "--format={{.Config.Env}}", "alexnet-worker:cuda");
        Assert.Contains("NVIDIA_VISIBLE_DEVICES=all", environment, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alexnet-coordinator", "'recipe'", "'token'")]
    [InlineData("alexnet-worker", "'coordinator'", "'token'", "'listen'")]
    public async Task Without_settings_it_says_in_a_line_for_each_what_is_missing(string image, params string[] missing)
    {
        await engine.StartAsync();
        var (code, log) = await RunAsync(image);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.All(missing, name => Assert.Single(log.Split('\n'), l => l.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_read_only_root_without_a_volume_is_refused_with_what_to_do()
    {
        await engine.StartAsync();
        var (code, log) = await RunAsync(
            "--read-only",
            "--env=ALEXNET_TOKEN=0123456789abcdef",
            "--env=ALEXNET_RECIPE=quickstart",
            "alexnet-coordinator"
        );
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("/runs", log, StringComparison.Ordinal);
        Assert.Contains("read-only", log, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ALEXNET_RUN_DIR", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_of_processors_is_the_number_of_threads()
    {
        await engine.StartAsync();
        var (_, log) = await RunAsync(
            "--cpus=1",
            "--env=ALEXNET_TOKEN=0123456789abcdef",
            "--env=ALEXNET_WORKER_ID=worker-0",
            "--env=ALEXNET_COORDINATOR=http://127.0.0.1:9",
            "--env=ALEXNET_CONNECT_TIMEOUT=1",
            "--env=ALEXNET_ADVERTISE=127.0.0.1",
            "alexnet-worker"
        );
        Assert.Contains("threads: 1", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alexnet-coordinator")]
    [InlineData("alexnet-worker")]
    public async Task It_runs_as_a_user_without_rights(string image)
    {
        await engine.StartAsync();
        Assert.Equal("1654", (await engine.DockerAsync("run", "--rm", "--entrypoint=id", image, "--user")).Trim());
    }

    private async Task<(int Code, string Log)> RunAsync(params IEnumerable<string> arguments)
    {
        await using var docker = engine.Docker(["run", "--rm", .. arguments]);
        int code = await docker.ExitCodeAsync(Deadline);
        return (code, string.Join('\n', docker.Output) + '\n' + docker.Error);
    }

    private async Task<long> SizeAsync(string image) =>
        long.Parse((await engine.DockerAsync("image", "inspect", "--format={{.Size}}", image)).Trim(), CultureInfo.InvariantCulture);
}
