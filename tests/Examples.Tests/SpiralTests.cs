using AlexNet.Testing;
using Lockstep.Core.Metrics;
using Lockstep.Storage.Runs;

namespace Examples.Tests;

/// <summary>A net of twenty lines on the library alone.</summary>
public sealed class SpiralTests : IDisposable
{
    private static readonly string Program = ProgramProcess.Beside("spiral");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_example_brings_no_assembly_of_AlexNet() => Assert.Empty(Directory.GetFiles(AppContext.BaseDirectory, "AlexNet.*.dll"));

    [Fact]
    public async Task Two_workers_learn_the_spirals()
    {
        await using var run = await SpiralRun.StartAsync(Program, _folder["run"]);
        _ = (run.Worker("w0"), run.Worker("w1"));
        var history = await run.EndAsync();
        Assert.Equal(600, history.Steps[^1].Step);
        Assert.InRange(history.Epochs[^1].Metrics[MetricNames.Top1] ?? 0, 0.95, 1);
    }

    /// <summary>A killed worker is replaced, and no loss is another one.</summary>
    [Fact]
    public async Task A_killed_worker_changes_no_bit()
    {
        LongTests.Require();
        await using var undisturbed = await SpiralRun.StartAsync(Program, _folder["undisturbed"]);
        _ = (undisturbed.Worker("w0"), undisturbed.Worker("w1"));
        var expected = await undisturbed.EndAsync();

        await using var run = await SpiralRun.StartAsync(Program, _folder["disturbed"]);
        var (_, doomed) = (run.Worker("w0"), run.Worker("w1"));
        await run.LogsAsync("Epoch 3,");
        doomed.Kill();
        run.Worker("w2");
        var found = await run.EndAsync();

        Assert.Equal(expected.Steps.Select(s => (s.Step, s.Loss)), found.Steps.Select(s => (s.Step, s.Loss)));
        Assert.Equal(expected.Epochs, found.Epochs);
        Assert.Equal(1, LastStatus.TryRead(_folder["disturbed"])?.Restarts);
    }

    /// <summary>The library and its example alone: what AlexNet's projects hold is nowhere.</summary>
    [Fact]
    public async Task The_example_builds_and_runs_where_the_projects_of_AlexNet_are_absent()
    {
        LongTests.Require();
        foreach (string file in (string[])["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"])
            File.Copy(Path.Combine(Checkout.Root, file), _folder[file]);
        PartOfCheckout.Copy("protos", _folder[""]);
        PartOfCheckout.Copy("examples", _folder[""]);
        foreach (string project in Directory.GetDirectories(Path.Combine(Checkout.Root, "src"), "Lockstep.*"))
            PartOfCheckout.Copy(Path.Combine("src", Path.GetFileName(project)), _folder[""]);

        string output = _folder["output"];
        string[] build = ["build", "examples/spiral", "--output", output, "-v", "quiet"];
        await using (var building = ProgramProcess.Start("dotnet", build, directory: _folder[""]))
            await building.SucceedAsync(TimeSpan.FromMinutes(10));
        await using var run = await SpiralRun.StartAsync(Path.Combine(output, "spiral"), _folder["run"]);
        _ = (run.Worker("w0"), run.Worker("w1"));
        Assert.InRange((await run.EndAsync()).Epochs[^1].Metrics[MetricNames.Top1] ?? 0, 0.95, 1);
    }
}
