using System.Diagnostics;
using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Failures;

/// <summary>Law 6: nobody waits in silence; and no process is left behind, however a run ends.</summary>
[TestClass(DisableParallelization = true)] // it measures how long the end of a run takes
public sealed class LossTests : IDisposable
{
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(30); // --grace and a little
    private static readonly string[] EndWithTheFirstLoss = ["--max-restarts", "0"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_killed_worker_ends_the_run_within_ten_seconds_and_is_named_with_slot_process_and_step()
    {
        await using var alexnet = await TrainingAsync(EndWithTheFirstLoss);
        int victim = WorkerProcess(alexnet, 1);
        long killed = Stopwatch.GetTimestamp();
        Processes.Signal(victim, Processes.SigKill);

        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(TenSeconds));
        Assert.True(Stopwatch.GetElapsedTime(killed) < TenSeconds);
        string message = alexnet.FailureMessage;
        Assert.Matches($@"worker w1 \(replica 0, shard 1\), process {victim} on .*, was lost during \w+( \d+)? of step \d+", message);
        Assert.Contains("signal 9", message, StringComparison.Ordinal);
        await Processes.NoneWithArgumentAsync(_folder["run"], TenSeconds);
    }

    [Fact]
    public async Task A_worker_killed_during_a_reduction_is_named_with_slot_step_and_operation()
    {
        await using var alexnet = AlexnetProcess.TrainWithFault(
            _folder["run"],
            "hang@1.0:4:backward",
            [
                "quickstart",
                "--replicas",
                "2",
                "--shards",
                "1",
                "--threads",
                "1",
                "--transport",
                "shm",
                .. EndWithTheFirstLoss,
                .. SmallRun.FewPictures,
            ]
        );
        await alexnet.WaitForAsync("step", SmallRun.Deadline, e => e.GetProperty("step").GetInt64() == 4);
        int victim = WorkerProcess(alexnet, 1);
        long killed = Stopwatch.GetTimestamp();
        Processes.Signal(victim, Processes.SigKill);

        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(TenSeconds));
        Assert.True(Stopwatch.GetElapsedTime(killed) < FiveSeconds);
        Assert.Matches(
            $@"worker w1 \(replica 1, shard 0\), process {victim} on .*, was lost during reduce( \d+)? of step 5",
            alexnet.FailureMessage
        );
        await Processes.NoneWithArgumentAsync(_folder["run"], TenSeconds);
    }

    [Fact]
    public async Task A_worker_that_stands_still_is_named_by_those_that_wait_for_it()
    {
        await using var alexnet = await TrainingAsync(["--deadline", "2", .. EndWithTheFirstLoss]);
        int victim = WorkerProcess(alexnet, 0);
        Processes.Signal(victim, Processes.SigStop);

        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(TimeSpan.FromSeconds(30)));
        Assert.Matches($@"worker w0 \(replica 0, shard 0\), process {victim} on .* within 2 s", alexnet.FailureMessage);
        await Processes.NoneWithArgumentAsync(_folder["run"], TenSeconds);
    }

    [Fact]
    public async Task A_killed_coordinator_ends_the_run_and_is_named()
    {
        await using var alexnet = await TrainingAsync(EndWithTheFirstLoss);
        int coordinator = Assert.Single(Processes.WithArgument(Path.Combine(_folder["run"], "recipe.json")));
        Processes.Signal(coordinator, Processes.SigKill);

        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(TenSeconds));
        Assert.Contains($"The coordinator, process {coordinator}, ended by signal 9", alexnet.FailureMessage, StringComparison.Ordinal);
        await Processes.NoneWithArgumentAsync(_folder["run"], TenSeconds);
    }

    [Fact]
    public async Task A_killed_command_line_leaves_nothing_running()
    {
        await using var alexnet = await TrainingAsync();
        Assert.Equal(4, Processes.WithArgument(_folder["run"]).Count); // command line, coordinator, two workers
        alexnet.Kill();
        await Processes.NoneWithArgumentAsync(_folder["run"], TenSeconds);
    }

    [Theory]
    [InlineData(Processes.SigInt)]
    [InlineData(Processes.SigTerm)]
    public async Task An_interrupted_command_line_ends_the_run_at_a_step_that_is_saved_and_leaves_nothing_running(int signal)
    {
        await using var alexnet = await TrainingAsync();
        Assert.SkipWhen(
            Processes.Ignores(alexnet.Id, signal),
            "the shell that started the tests in the background makes their processes ignore this signal."
        );
        Processes.Signal(alexnet.Id, signal);

        Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(FarewellTime));
        var interrupted = alexnet.Events.Single(e => Is(e, "interrupted"));
        var saved = alexnet.Events.Single(e => Is(e, "checkpoint"));
        Assert.Equal(alexnet.Events.Last(e => Is(e, "step")).GetProperty("step").GetInt64(), interrupted.GetProperty("step").GetInt64());
        Assert.Equal(interrupted.GetProperty("step").GetInt64(), saved.GetProperty("step").GetInt64());
        Assert.True(Directory.Exists(saved.GetProperty("directory").GetString()));
        await Processes.NoneWithArgumentAsync(_folder["run"], TenSeconds);
    }

    [Fact]
    public async Task A_second_signal_a_second_later_ends_the_run_at_once_and_says_so()
    {
        await using var alexnet = await TrainingAsync("--grace", "100", "--deadline", "100");
        Processes.Signal(WorkerProcess(alexnet, 0), Processes.SigStop); // so that the workers cannot agree on a step
        Processes.Signal(alexnet.Id, Processes.SigTerm);
        await CoordinatorLogs("agree on a step");
        using var insisting = new PeriodicTimer(TimeSpan.FromSeconds(1.2)); // what comes within a second is the same request
        Assert.True(await insisting.WaitForNextTickAsync(TestContext.Current.CancellationToken));
        Processes.Signal(alexnet.Id, Processes.SigTerm);

        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(TenSeconds));
        Assert.Contains("interrupted", alexnet.FailureMessage, StringComparison.Ordinal);
        await Processes.NoneWithArgumentAsync(_folder["run"], TenSeconds);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<AlexnetProcess> TrainingAsync(params string[] arguments)
    {
        var alexnet = AlexnetProcess.Train(
            _folder["run"],
            ["quickstart", "--threads", "1", .. arguments, .. SmallRun.FewPictures, "--epochs", "1000"]
        );
        await alexnet.WaitForAsync("step", SmallRun.Deadline, e => e.GetProperty("step").GetInt64() >= 3);
        return alexnet;
    }

    private Task CoordinatorLogs(string text) =>
        LogFile.ContainsAsync(Path.Combine(_folder["run"], "logs", "coordinator.log"), text, TenSeconds);

    private static int WorkerProcess(AlexnetProcess alexnet, int rank) =>
        alexnet.Events.Single(e => Is(e, "started")).GetProperty("workers")[rank].GetProperty("pid").GetInt32();

    private static bool Is(JsonElement line, string kind) => line.GetProperty("event").GetString() == kind;
}
