using AlexNet.Testing;

namespace Cluster.Tests.Recovery;

/// <summary>
/// Where another worker keeps each part of the net that exists once, the loss of any worker, in any phase, costs no committed step and no
/// bit: the run ends as one without protection and without a loss.
/// </summary>
public sealed class ProtectionTests(UndisturbedRuns undisturbed) : IDisposable
{
    private const int Step = 8; // behind the checkpoint of step 5
    private static readonly string[] Protect = ["--protect", "every:1"];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("kill@0.0:8:backward", 8)]
    [InlineData("kill@0.1:8:update", 9)]
    [InlineData("kill@0.0:8:load", 8)]
    [InlineData("kill@0.1:8:forward", 8)]
    [InlineData("kill@0.0:8:reduce", 8)]
    [InlineData("kill@0.1:8:vote", 8)]
    public async Task A_shard_of_the_only_replica_is_replaced_and_no_update_is_lost(string fault, int goesOnAt)
    {
        if (goesOnAt == Step && !fault.EndsWith("backward", StringComparison.Ordinal))
            LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], fault, 1, 2, Protect);
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal(("live", goesOnAt), alexnet.SecondGeneration());
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Theory]
    [InlineData(2, "kill@0.0:8:reduce", 8)]
    [InlineData(3, "kill@0.1:8:backward", 8)]
    [InlineData(3, "kill@0.2:8:vote", 8)]
    [InlineData(3, "kill@0.0:8:update", 9)]
    [InlineData(4, "kill@0.3:8:forward", 8)]
    [InlineData(4, "kill@0.1:8:update", 9)]
    public async Task A_part_of_a_hybrid_is_replaced_and_no_update_is_lost(int workers, string fault, int goesOnAt)
    {
        LongTests.Require();
        string[] hybrid = ["--plan", "hybrid", .. Protect];
        await using (var alexnet = RecoveryRun.Start(_folder["expected"], 1, workers, hybrid))
            await alexnet.FinishAsync(SmallRun.Deadline);
        await using (var alexnet = RecoveryRun.StartWithFault(_folder["run"], fault, 1, workers, hybrid))
        {
            await alexnet.FinishAsync(SmallRun.Deadline);
            Assert.Equal(("live", goesOnAt), alexnet.SecondGeneration());
        }
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        TrainedState.Read(_folder["run"]).AssertSameAs(TrainedState.Read(_folder["expected"]));
    }

    /// <summary>
    /// Copies are made of steps 4, 8 and so on, and checkpoints of 5 and 10. A copy that was under way does not count; the newest of both
    /// does.
    /// </summary>
    [Theory]
    [InlineData("kill@0.0:9:backward", "live", 8)]
    [InlineData("kill@0.1:8:update", "live", 8)]
    [InlineData("kill@0.1:8:vote", "live", 8)]
    [InlineData("kill@0.0:8:load", "checkpoint", 5)]
    [InlineData("kill@0.1:11:reduce", "checkpoint", 10)]
    public async Task With_copies_from_time_to_time_all_return_to_the_newest(string fault, string source, int goesOnAt)
    {
        if (!fault.EndsWith("9:backward", StringComparison.Ordinal))
            LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], fault, 1, 2, "--protect", "every:4");
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal((source, goesOnAt), alexnet.SecondGeneration());
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task A_run_that_chooses_says_what_it_costs()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, "--protect", "auto");
        await alexnet.FinishAsync(SmallRun.Deadline);
        var chosen = Assert.Single(alexnet.EventsOf("protection"));
        Assert.InRange(chosen.GetProperty("every").GetInt32(), 1, int.MaxValue);
        Assert.InRange(chosen.GetProperty("cost").GetDouble(), 0, 0.03);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    public void Dispose() => _folder.Dispose();
}
