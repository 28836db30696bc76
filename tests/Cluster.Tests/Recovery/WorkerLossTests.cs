using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Recovery;

/// <summary>A run that loses workers goes on, and ends in the same bits as one that lost none (laws 4 and 5).</summary>
public sealed class WorkerLossTests(UndisturbedRuns undisturbed) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("vote", 7)]
    [InlineData("update", 8)]
    public async Task A_worker_killed_around_the_vote_is_replaced_by_a_spare_one_and_no_update_is_lost(string phase, int goesOnAt)
    {
        if (phase == "update")
            LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], $"kill@1.0:7:{phase}", 2, 2, "--spares", "1");
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal(("live", goesOnAt), alexnet.SecondGeneration());
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Theory]
    [InlineData("load")]
    [InlineData("forward")]
    [InlineData("backward")]
    [InlineData("reduce")]
    [InlineData("vote")]
    [InlineData("update")]
    public async Task A_worker_killed_in_any_phase_is_replaced_by_a_new_one_and_no_update_is_lost(string phase)
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], $"kill@0.1:12:{phase}", 2, 2);
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal(("live", phase == "update" ? 13 : 12), alexnet.SecondGeneration());
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Theory]
    [InlineData(8, "checkpoint", 5)]
    [InlineData(3, "start", 0)]
    public async Task With_one_replica_the_run_goes_on_from_its_newest_checkpoint_or_its_start(int step, string source, int goesOnAt)
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], $"kill@0.1:{step}:backward", 1, 2);
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal((source, goesOnAt), alexnet.SecondGeneration());
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Theory]
    [InlineData("load")]
    [InlineData("forward")]
    [InlineData("backward")]
    [InlineData("vote")]
    [InlineData("update")]
    public async Task With_one_replica_a_death_in_any_phase_costs_the_steps_since_the_checkpoint(string phase)
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], $"kill@0.0:13:{phase}", 1, 2);
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal(("checkpoint", 10), alexnet.SecondGeneration());
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task Both_holders_of_a_shard_lost_at_once_send_everybody_back_to_the_checkpoint()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 2, 2);
        await alexnet.WaitForAsync("checkpoint", SmallRun.Deadline);
        Processes.Signal(alexnet.WorkerProcess(0), Processes.SigKill);
        Processes.Signal(alexnet.WorkerProcess(2), Processes.SigKill);
        await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.Contains(alexnet.EventsOf("generation"), e => e.GetProperty("source").GetString() == "checkpoint");
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_replaced()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(
            _folder["run"],
            "hang@1.1:7:forward",
            2,
            2,
            "--deadline",
            "5",
            "--spares",
            "1"
        );
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal(("live", 7), alexnet.SecondGeneration());
        Assert.Contains(
            "within 5 s",
            await File.ReadAllTextAsync(RecoveryRun.Log(_folder["run"], "coordinator"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Fact]
    public async Task A_worker_that_nobody_waits_for_and_that_hangs_is_replaced()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], "hang@0.0:13:forward", 1, 1, "--deadline", "5");
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal(("checkpoint", 10), alexnet.SecondGeneration());
        Assert.Contains(
            "it has made no progress for",
            await File.ReadAllTextAsync(RecoveryRun.Log(_folder["run"], "coordinator"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await undisturbed.AssertSameAsync(_folder["run"], 1, 1);
    }

    [Theory]
    [InlineData("grpc", "was changed in transit")]
    [InlineData("shm", "generation")]
    public async Task A_message_that_is_corrupted_is_refused_and_its_sender_replaced(string transport, string reason)
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], "corrupt@1.0:7:backward", 2, 2, "--transport", transport);
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal("live", alexnet.SecondGeneration().Source);
        string log = await File.ReadAllTextAsync(RecoveryRun.Log(_folder["run"], "coordinator"), TestContext.Current.CancellationToken);
        Assert.Matches($@"its message was refused: .*{reason}", log);
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_by_a_signal_is_replaced()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 2, 2, "--deadline", "5");
        await alexnet.StepAsync(3);
        Processes.Signal(alexnet.WorkerProcess(1), Processes.SigStop);
        await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.Equal("live", alexnet.SecondGeneration().Source);
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
        await Processes.NoneWithArgumentAsync(_folder["run"], SmallRun.Deadline);
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_go_leaves_at_a_step_border_with_exit_code_3_and_is_replaced()
    {
        await using var alexnet = RecoveryRun.Start(_folder["run"], 2, 2);
        await alexnet.StepAsync(3);
        string name = alexnet.WorkerName(3);
        Processes.Signal(alexnet.WorkerProcess(3), Processes.SigTerm);
        await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.Equal("live", alexnet.SecondGeneration().Source);
        string log = await File.ReadAllTextAsync(RecoveryRun.Log(_folder["run"], name), TestContext.Current.CancellationToken);
        Assert.Contains($"Ending with exit code {ExitCodes.Interrupted}", log, StringComparison.Ordinal);
        Assert.DoesNotContain(" fail: ", log, StringComparison.Ordinal);
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Fact]
    public async Task With_one_replica_a_worker_that_is_asked_to_go_costs_no_step()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 1, 2);
        await alexnet.StepAsync(7);
        Processes.Signal(alexnet.WorkerProcess(1), Processes.SigTerm);
        await alexnet.FinishAsync(SmallRun.Deadline);
        var (source, step) = alexnet.SecondGeneration();
        Assert.Equal("checkpoint", source);
        Assert.InRange(step, 7, RecoveryRun.Steps - 1);
        Assert.Equal(Enumerable.Range(1, RecoveryRun.Steps), alexnet.EventsOf("step").Select(e => e.GetProperty("step").GetInt32()));
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    public void Dispose() => _folder.Dispose();
}
