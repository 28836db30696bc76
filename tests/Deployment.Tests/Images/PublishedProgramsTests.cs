using AlexNet.Testing;
using Deployment.Tests.Compose;
using Lockstep.Storage.Checkpoints;

namespace Deployment.Tests.Images;

/// <summary>
/// What the images hold and how docker-compose starts it, without a container engine: published as the Dockerfile says, run with the same
/// variables.
/// </summary>
public sealed class PublishedProgramsTests(DockerBuild build, ITestOutputHelper log) : IClassFixture<DockerBuild>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    // what a user would put into .env for a run of a few steps
    private static readonly Dictionary<string, string> User = new()
    {
        ["ALEXNET_TOKEN"] = "secret",
        ["ALEXNET_SET"] = "training.steps=3;data.generated.train=256;data.generated.test=64",
        ["ALEXNET_LINGER"] = "30",
    };

    [Fact]
    public async Task The_published_programs_train_with_the_variables_of_docker_compose()
    {
        LongTests.Require();
        using var volumes = new TemporaryFolder();
        var compose = ComposeFile.Read().Of("cpu");
        var programs = new Dictionary<string, string>();
        foreach (string target in compose.Values.Select(s => s.Build?.Target).OfType<string>().Distinct())
            programs[target] = await build.PublishAsync(target);
        Assert.DoesNotContain(Files(programs["coordinator"]), name => name.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("libtorch_cpu.so", Files(programs["worker-cpu"]));
        log.WriteLine(string.Join("; ", programs.Select(p => $"{p.Key}: {Size(p.Value) >> 20} MiB")));

        int first = FreePorts.Consecutive(6); // gRPC and HTTP of each
        var services = compose
            .Where(s => s.Value.Build is not null)
            .Select((s, i) => new LoopbackService(s.Key, s.Value, first + 2 * i))
            .ToList();
        await using var coordinator = Start(services[0], services, programs, volumes);
        await coordinator.WaitForLineAsync(line => line.Contains("Grpc", StringComparison.Ordinal), "its addresses", Deadline);
        await HealthCheckAsync(services[0].HttpPort, healthy: true);
        await using var one = Start(services[1], services, programs, volumes);
        await using var other = Start(services[2], services, programs, volumes);
        await one.SucceedAsync(Deadline);
        await other.SucceedAsync(Deadline);
        await HealthCheckAsync(services[1].HttpPort, healthy: false);

        // the coordinator lingers, so what it knows can still be read
        using var http = new HttpClient();
        Assert.Contains(
            "lockstep_run_steps_total{} 3",
            await http.GetStringAsync($"http://127.0.0.1:{services[0].HttpPort}/metrics", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        string run = volumes["runs/quickstart"];
        Assert.Equal(CheckpointFiles.Directory(run, 3), new CheckpointStore(run).NewestWhole()?.Directory);
        await SignalAsync("TERM", coordinator); // what docker stop does
        await coordinator.SucceedAsync(Deadline);
    }

    [Fact]
    public async Task The_commands_for_doing_it_by_hand_train()
    {
        LongTests.Require();
        await build.PublishAsync("coordinator");
        await build.PublishAsync("worker-cpu");
        int first = FreePorts.Consecutive(4);
        string commands = ReadmeCommands.Of("By hand");
        foreach (int port in Enumerable.Range(0, 4))
            commands = commands.Replace($"127.0.0.1:{5000 + port}", $"127.0.0.1:{first + port}", StringComparison.Ordinal);
        await using var shell = ProgramProcess.Start(
            "bash",
            ["-euo", "pipefail", "-c", commands],
            [new("ALEXNET_SET", User["ALEXNET_SET"]), new("ALEXNET_LINGER", "0")],
            build.Source
        );
        await shell.SucceedAsync(Deadline);
        string run = Path.Combine(build.Source, "runs", "by-hand");
        Assert.Equal(CheckpointFiles.Directory(run, 3), new CheckpointStore(run).NewestWhole()?.Directory);
    }

    private ProgramProcess Start(
        LoopbackService service,
        IEnumerable<LoopbackService> all,
        Dictionary<string, string> programs,
        TemporaryFolder volumes
    )
    {
        string target = service.Target;
        var environment = service.Environment(build.Dockerfile.EnvironmentOf(target), User, all, volumes);
        string[] command = Assert
            .Single(build.Dockerfile.All(target, "ENTRYPOINT"))
            .Trim('[', ']')
            .Split(", ")
            .Select(w => w.Trim('"'))
            .ToArray();
        return ProgramProcess.Start(command[0], command[1..], environment, programs[target]);
    }

    private static async Task HealthCheckAsync(int port, bool healthy)
    {
        await using var check = ProgramProcess.Start(Checkout.PathOf("deploy/healthcheck.sh"), [$"{port}"]);
        Assert.Equal(healthy, await check.ExitCodeAsync(Deadline) == 0);
    }

    private static async Task SignalAsync(string signal, ProgramProcess process)
    {
        await using var kill = ProgramProcess.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.SucceedAsync(Deadline);
    }

    private static IEnumerable<string> Files(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name);

    private static long Size(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
