using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Recovery;

/// <summary>A net whose numbers overflow in the same step at every start: an engine is told that no start helps.</summary>
public sealed class FailingAgainTests : IDisposable
{
    private static readonly string[] Overflows = ["--set", "optimizer.rate=1e30"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_run_that_fails_twice_at_the_same_step_ends_with_a_code_of_its_own()
    {
        string directory = _folder["run"];
        await using (var alexnet = RecoveryRun.Start(directory, 1, 2, Overflows))
            Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        await using (var alexnet = RecoveryRun.Start(directory, 1, 2, ["--resume", .. Overflows]))
        {
            Assert.Equal(ExitCodes.FailedAgain, await alexnet.ExitCodeAsync(SmallRun.Deadline));
            Assert.Contains("failed in the same way after step", alexnet.FailureMessage, StringComparison.Ordinal);
        }

        await using var services = await ServicesByHand.StartAsync(directory, ["optimizer.rate=1e30"], "--resume", "auto");
        Assert.Equal(ExitCodes.FailedAgain, await services.Worker("worker-0").ExitCodeAsync(SmallRun.Deadline));
        Assert.Equal(ExitCodes.FailedAgain, await services.Coordinator.ExitCodeAsync(SmallRun.Deadline));
    }

    public void Dispose() => _folder.Dispose();
}
