using System.Diagnostics;
using System.Text.Json;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Core.Status;

namespace Cluster.Tests.Recovery;

/// <summary>The seconds of a run that loses a worker and its coordinator, ends and goes on: each is accounted for, and once.</summary>
public sealed class GoodputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_run_with_losses_and_a_stop_accounts_for_all_of_its_time()
    {
        string directory = _folder["run"];
        long started = Stopwatch.GetTimestamp();
        double trained;
        await using (var alexnet = RecoveryRun.StartWithFault(directory, "kill@0.1:7:backward", 1, 2, "--spares", "1"))
        {
            await alexnet.StepAsync(1);
            long began = Stopwatch.GetTimestamp();
            await alexnet.StepAsync(3);
            Processes.Signal(RecoveryRun.CoordinatorProcess(directory), Processes.SigKill);
            await alexnet.StepAsync(12); // it has gone back to step 5 after step 7 meanwhile
            Processes.Signal(alexnet.Id, Processes.SigTerm);
            Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(SmallRun.Deadline));
            trained = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        RecoveryRun.AssertFaultStruck(directory);
        var end = await RecoveryRun.ResumeAsync(directory, 1, 2);

        var goodput = end.GetProperty("goodput").Deserialize<Goodput>(StatusJson.Options) ?? new([]);
        double least = trained + end.GetProperty("seconds").GetDouble();
        Assert.InRange(goodput.Seconds, least, Stopwatch.GetElapsedTime(started).TotalSeconds);
        Assert.All(
            (TimeUse[])
                [
                    TimeUse.Productive,
                    TimeUse.Evaluating,
                    TimeUse.Starting,
                    TimeUse.Forming,
                    TimeUse.Saving,
                    TimeUse.Repeated,
                    TimeUse.Stopped,
                ],
            use => Assert.True(goodput.Of(use) > 0, $"{use}: {end}")
        );
        Assert.All(goodput.Uses, use => Assert.True(use.Seconds >= 0, $"{end}"));
        Assert.InRange(goodput.Ratio, 0.01, 0.99);
    }

    public void Dispose() => _folder.Dispose();
}
