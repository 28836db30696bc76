using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Failures;

/// <summary>What goes wrong while a run saves itself.</summary>
public sealed class SavingTests : IDisposable
{
    private static readonly string[] Run =
    [
        "quickstart",
        "--replicas",
        "2",
        "--shards",
        "1",
        "--threads",
        "1",
        "--batch",
        "32",
        "--steps",
        "12",
        "--set",
        "checkpoint.everySteps=4",
        .. SmallRun.FewPictures,
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Replicas_that_have_drifted_apart_are_named_and_the_run_stops_before_that_state_is_a_checkpoint()
    {
        await using var alexnet = AlexnetProcess.TrainWithFault(_folder["run"], "drift@1.0:5:update", Run);
        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("After step 8 the weights of worker w1 (replica 1, shard 0)", alexnet.FailureMessage, StringComparison.Ordinal);
        Assert.Equal([4], new CheckpointStore(_folder["run"]).List().Where(c => c.State == CheckpointState.Whole).Select(c => c.Step));
    }

    /// <summary>A hybrid's workers hold their convolutions in common.</summary>
    [Fact]
    public async Task Convolutions_of_a_hybrid_that_have_drifted_apart_are_found()
    {
        LongTests.Require();
        await using var alexnet = AlexnetProcess.TrainWithFault(
            _folder["run"],
            "drift@0.1:5:update",
            [.. Run[..1], "--plan", "hybrid", "--replicas", "1", "--shards", "2", .. Run[5..]]
        );
        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("After step 8 the weights of worker w1 (replica 0, shard 1)", alexnet.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_save_that_fails_is_told_and_training_goes_on()
    {
        await using var alexnet = AlexnetProcess.TrainWithFault(_folder["run"], "fail@0.0:8:save", Run);
        await alexnet.FinishAsync(SmallRun.Deadline);
        var failed = Assert.Single(alexnet.Events, e =>
            e.GetProperty("event").GetString() == "checkpoint" && e.GetProperty("problem").GetString() is not null
        );
        Assert.Equal(8, failed.GetProperty("step").GetInt64());
        Assert.Contains(
            "(replica 0, shard 0) could not write it: No space left on device",
            failed.GetProperty("problem").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal([12, 4], new CheckpointStore(_folder["run"]).List().Select(c => c.Step));
    }

    [Fact]
    public async Task A_slow_save_becomes_a_checkpoint_and_the_one_due_meanwhile_is_skipped()
    {
        await using var alexnet = AlexnetProcess.TrainWithFault(
            _folder["run"],
            "slow@0.0:4:save",
            [.. Run, "--set", "checkpoint.everySteps=2"]
        );
        await alexnet.FinishAsync(SmallRun.Deadline);
        string? Problem(long step) =>
            Assert
                .Single(alexnet.Events, e => e.GetProperty("event").GetString() == "checkpoint" && e.GetProperty("step").GetInt64() == step)
                .GetProperty("problem")
                .GetString();
        Assert.Null(Problem(4));
        Assert.Contains("(replica 0, shard 0) was still writing the checkpoint before", Problem(6), StringComparison.Ordinal);
        Assert.Null(Problem(12));
    }

    [Fact]
    public async Task A_last_save_that_fails_is_made_again()
    {
        LongTests.Require();
        await using var alexnet = AlexnetProcess.TrainWithFault(_folder["run"], "fail@0.0:12:save", Run);
        await alexnet.FinishAsync(SmallRun.Deadline);
        var saves = alexnet.Events.Where(e => e.GetProperty("event").GetString() == "checkpoint" && e.GetProperty("step").GetInt64() == 12);
        Assert.Equal([true, false], saves.Select(e => e.GetProperty("problem").GetString() is not null));
        Assert.Equal([12, 8, 4], new CheckpointStore(_folder["run"]).List().Select(c => c.Step));
    }

    [Fact]
    public async Task A_slow_worker_is_waited_for()
    {
        await using var alexnet = AlexnetProcess.TrainWithFault(_folder["run"], "slow@1.0:6:forward", Run);
        await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.DoesNotContain(alexnet.Events, e => e.GetProperty("event").GetString() == "generation");
    }

    public void Dispose() => _folder.Dispose();
}
