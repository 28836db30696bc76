using System.Diagnostics;
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

    /// <summary>What a keeper has then comes from the checkpoint's files, and not from its owner.</summary>
    [Fact]
    public async Task A_resumed_run_is_protected_from_its_first_step()
    {
        LongTests.Require();
        string[] length = ["--steps", "80", "--epochs", "100"];
        await using (var calm = RecoveryRun.Start(_folder["expected"], 1, 2, length))
            await calm.FinishAsync(SmallRun.Deadline);
        await using (var begun = RecoveryRun.Start(_folder["run"], 1, 2, [.. Protect, "--steps", "10"]))
            await begun.FinishAsync(SmallRun.Deadline);
        await using var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, [.. Protect, .. length, "--resume"]);
        await alexnet.StepAsync(12);
        Process.GetProcessById(alexnet.WorkerProcess(0)).Kill();
        await alexnet.FinishAsync(SmallRun.Deadline);
        var (source, step) = alexnet.SecondGeneration();
        Assert.Equal("live", source);
        Assert.InRange(step, 12, 79);
        TrainedState.Read(_folder["run"]).AssertSameAs(TrainedState.Read(_folder["expected"]));
    }

    /// <summary>LARS asks for the norms of whole layers; the moving average is part of the state.</summary>
    [Theory]
    [InlineData("every:1", 8)]
    [InlineData("every:4", 8)]
    public async Task Layerwise_rates_clipping_and_averages_are_kept_too(string protect, int goesOnAt)
    {
        LongTests.Require();
        string[] settings =
        [
            "--protect",
            protect,
            "--set",
            "optimizer={\"kind\":\"sgd\",\"rate\":0.05,\"momentum\":0.9,\"lars\":{\"trust\":0.01}}",
            "--set",
            "training.average={\"decay\":0.9}",
            "--set",
            "training.clipNorm=1",
        ];
        await using (var calm = RecoveryRun.Start(_folder["expected"], 1, 2, settings))
            await calm.FinishAsync(SmallRun.Deadline);
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], "kill@0.1:8:vote", 1, 2, settings);
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal(("live", goesOnAt), alexnet.SecondGeneration());
        TrainedState.Read(_folder["run"]).AssertSameAs(TrainedState.Read(_folder["expected"]));
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
