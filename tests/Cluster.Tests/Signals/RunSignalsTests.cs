using AlexNet.Testing;
using Cluster.Tests.Failures;
using Cluster.Tests.Recovery;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Services;

namespace Cluster.Tests.Signals;

/// <summary>Signals to a whole run, as terminals, engines and impatient people send them.</summary>
public sealed class RunSignalsTests : IDisposable
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private static readonly string[] Endless =
    [
        "--set",
        "training.epochs=100000", // whichever of steps and epochs is over first ends a run
        "--set",
        "training.steps=100000",
        "--set",
        "checkpoint.best=false",
    ];

    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["run"];

    private IEnumerable<string> LeftBehind =>
        new[] { OperatorTokenFile.Name, RunAddress.File }.Where(name => File.Exists(Path.Combine(Run, name)));

    [Theory]
    [InlineData(Processes.SigHup)]
    [InlineData(Processes.SigUser1)]
    public async Task A_signal_to_every_process_drains_the_run_and_another_at_the_same_moment_does_not_cut_that_short(int signal)
    {
        if (signal != Processes.SigHup)
            LongTests.Require(); // one of them every time, all of them sometimes
        await using var alexnet = await TrainingAsync();
        var all = Processes.WithArgument(Run);
        Assert.True(all.Count >= 3, "the command line, the coordinator and a worker are required");
        foreach (int process in all)
            Processes.Signal(process, signal);
        Processes.Signal(alexnet.Id, Processes.SigTerm);
        Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        long step = Assert.Single(alexnet.EventsOf("interrupted")).GetProperty("step").GetInt64();
        Assert.Equal(step, alexnet.EventsOf("checkpoint")[^1].GetProperty("step").GetInt64());
        Assert.Empty(LeftBehind);
    }

    [Fact]
    public async Task A_stopped_worker_does_not_outlive_a_command_line_that_is_killed_and_nothing_is_left_behind()
    {
        await using var alexnet = await TrainingAsync();
        Processes.Signal(Assert.Single(Processes.WithArgument(Run), Processes.IsWorker), Processes.SigStop);
        alexnet.Kill();
        await Processes.NoneWithArgumentAsync(Run, TenSeconds);
        Assert.Empty(LeftBehind);
    }

    [Fact]
    public async Task Three_times_Ctrl_C_while_a_worker_hangs_leave_no_process_and_no_secret()
    {
        LongTests.Require();
        await using var alexnet = await TrainingAsync();
        Processes.Signal(Assert.Single(Processes.WithArgument(Run), Processes.IsWorker), Processes.SigStop);
        using var impatience = new PeriodicTimer(TimeSpan.FromSeconds(1.2)); // what a second later means is the rule that is tested
        for (int i = 0; i < 3; i++, await impatience.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            Processes.Signal(alexnet.Id, Processes.SigInt);
        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        Assert.Single(alexnet.EventsOf("failed"));
        await Processes.NoneWithArgumentAsync(Run, TenSeconds);
        Assert.Empty(LeftBehind);
    }

    [Fact]
    public async Task A_killed_coordinator_that_may_not_be_started_again_leaves_no_secret()
    {
        LongTests.Require();
        await using var alexnet = await TrainingAsync("--max-restarts", "0");
        Processes.Signal(RecoveryRun.CoordinatorProcess(Run), Processes.SigKill);
        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        await Processes.NoneWithArgumentAsync(Run, TenSeconds);
        Assert.Empty(LeftBehind);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<AlexnetProcess> TrainingAsync(params string[] arguments)
    {
        var alexnet = AlexnetProcess.Train(
            Run,
            ["quickstart", "--shards", "1", "--threads", "1", .. Endless, .. SmallRun.FewPictures, .. arguments]
        );
        await alexnet.WaitForAsync("step", SmallRun.Deadline);
        Assert.Equal(2, LeftBehind.Count()); // so that their absence later means something
        return alexnet;
    }
}
