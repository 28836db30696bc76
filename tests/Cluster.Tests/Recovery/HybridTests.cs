using AlexNet.Testing;

namespace Cluster.Tests.Recovery;

/// <summary>
/// A hybrid's fully connected parts exist once, so a loss sends everybody back to the checkpoint; what that holds is a net like any other.
/// </summary>
public sealed class HybridTests : IDisposable
{
    private const int Workers = 3;
    private static readonly string[] Hybrid = ["--plan", "hybrid"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_worker_lost_costs_the_steps_since_the_checkpoint_and_no_bit()
    {
        LongTests.Require();
        await using (var alexnet = RecoveryRun.Start(_folder["expected"], 1, Workers, Hybrid))
            await alexnet.FinishAsync(SmallRun.Deadline);
        await using (var alexnet = RecoveryRun.StartWithFault(_folder["run"], "kill@0.1:8:backward", 1, Workers, Hybrid))
        {
            await alexnet.FinishAsync(SmallRun.Deadline);
            Assert.Equal(("checkpoint", 5), alexnet.SecondGeneration());
        }
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        TrainedState.Read(_folder["run"]).AssertSameAs(TrainedState.Read(_folder["expected"]));
    }

    [Fact]
    public async Task It_goes_on_by_towers_and_back_with_the_losses_of_one_worker()
    {
        LongTests.Require();
        await using (var alexnet = RecoveryRun.Start(_folder["expected"], 1, 1, "--steps", "8"))
            await alexnet.FinishAsync(SmallRun.Deadline);
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, Workers, [.. Hybrid, "--steps", "3"]))
            await alexnet.FinishAsync(SmallRun.Deadline);
        await RecoveryRun.ResumeAsync(_folder["run"], 1, 2, "--plan", "towers", "--steps", "5");
        await RecoveryRun.ResumeAsync(_folder["run"], 1, 2, [.. Hybrid, "--steps", "8"]);
        var losses = TrainedState.Read(_folder["run"]).Losses;
        Assert.All(losses.Zip(TrainedState.Read(_folder["expected"]).Losses), pair =>
            Assert.Equal(pair.Second.Loss, pair.First.Loss, 1e-3)
        );
        Assert.Equal(8, losses.Count);
        Assert.Contains(
            "plan was towers and is hybrid",
            await File.ReadAllTextAsync(RecoveryRun.Log(_folder["run"], "coordinator"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();
}
