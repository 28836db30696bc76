using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Recovery;

/// <summary>
/// A run that is asked to end stops at a step that all agree on, saves it, and later goes on as if nothing had been (law 4).
/// </summary>
public sealed class DrainTests(UndisturbedRuns undisturbed) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Drained_by_a_signal_to_the_command_line_and_resumed_it_ends_in_the_same_bits()
    {
        await DrainAsync(_folder["run"], 7, 1, 2, alexnet => alexnet.Id);
        await RecoveryRun.ResumeAsync(_folder["run"], 1, 2);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task Drained_by_a_signal_to_the_coordinator_again_and_again_it_ends_in_the_same_bits()
    {
        LongTests.Require();
        await DrainAsync(_folder["run"], 2, 2, 2, _ => RecoveryRun.CoordinatorProcess(_folder["run"]));
        await DrainAsync(_folder["run"], 9, 2, 2, _ => RecoveryRun.CoordinatorProcess(_folder["run"]), "--resume");
        await RecoveryRun.ResumeAsync(_folder["run"], 2, 2);
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Fact]
    public async Task Drained_at_the_border_of_an_epoch_it_evaluates_after_it_is_resumed()
    {
        LongTests.Require();
        string[] everyStepIsAnEpoch = ["--set", "data.generated.train=16", "--epochs", "20"];
        long drained = await DrainAsync(_folder["run"], 7, 1, 2, alexnet => alexnet.Id, everyStepIsAnEpoch);
        Assert.DoesNotContain(drained, TrainedState.Read(_folder["run"]).Accuracies.Select(a => a.Step));
        await RecoveryRun.ResumeAsync(_folder["run"], 1, 2, everyStepIsAnEpoch);
        await using (var alexnet = RecoveryRun.Start(_folder["expected"], 1, 2, everyStepIsAnEpoch))
            await alexnet.FinishAsync(SmallRun.Deadline);
        TrainedState.Read(_folder["run"]).AssertSameAs(TrainedState.Read(_folder["expected"]));
    }

    [Fact]
    public async Task Drained_onto_a_disk_that_takes_nothing_it_is_not_said_to_be_saved()
    {
        LongTests.Require();
        // the grace is for the step, the first save that fails, and a busy machine
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, "--grace", "12", "--set", "checkpoint.everySteps=1000"))
        {
            await alexnet.StepAsync(3);
            await DrainWithoutDiskAsync(alexnet);
            Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
            Assert.Contains("was not saved", alexnet.FailureMessage, StringComparison.Ordinal);
            Assert.Contains(_folder["run"], alexnet.FailureMessage, StringComparison.Ordinal);
            Assert.DoesNotContain("is saved", alexnet.FailureMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Drained_onto_a_disk_that_is_mended_within_the_grace_it_is_saved_and_no_step_is_lost()
    {
        LongTests.Require();
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, "--set", "checkpoint.everySteps=1000"))
        {
            await alexnet.StepAsync(3);
            await DrainWithoutDiskAsync(alexnet);
            await alexnet.WaitForAsync("checkpoint", SmallRun.Deadline, e => e.GetProperty("problem").GetString() is not null);
            File.Delete(CheckpointFiles.Root(_folder["run"]));
            Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        }
        Assert.InRange(TrainedState.Read(_folder["run"]).Losses.Count, 3, RecoveryRun.Steps - 1);
        await RecoveryRun.ResumeAsync(_folder["run"], 1, 2, "--set", "checkpoint.everySteps=1000");
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Puts a file where checkpoints are to be, and asks the run to end.</summary>
    private async Task DrainWithoutDiskAsync(AlexnetProcess alexnet)
    {
        await File.WriteAllTextAsync(CheckpointFiles.Root(_folder["run"]), "", TestContext.Current.CancellationToken);
        Processes.Signal(alexnet.Id, Processes.SigTerm);
    }

    /// <summary>Trains to a step, gives a process SIGTERM, and checks the orderly end; returns its step.</summary>
    private static async Task<long> DrainAsync(
        string directory,
        int step,
        int replicas,
        int shards,
        Func<AlexnetProcess, int> whom,
        params string[] arguments
    )
    {
        await using var alexnet = RecoveryRun.Start(directory, replicas, shards, arguments);
        await alexnet.StepAsync(step);
        Processes.Signal(whom(alexnet), Processes.SigTerm);
        Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        long last = Assert.Single(alexnet.EventsOf("interrupted")).GetProperty("step").GetInt64();
        Assert.InRange(last, step, RecoveryRun.Steps - 1);
        Assert.Equal(last, alexnet.EventsOf("checkpoint")[^1].GetProperty("step").GetInt64());
        Assert.Equal(Enumerable.Range(1, (int)last), TrainedState.Read(directory).Losses.Select(l => (int)l.Step));
        return last;
    }
}
