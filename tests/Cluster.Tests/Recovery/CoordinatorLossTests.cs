using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Recovery;

/// <summary>
/// Losing the coordinator stops nothing: it is started again, its workers come back to it, and no step is lost or told twice.
/// </summary>
public sealed class CoordinatorLossTests(UndisturbedRuns undisturbed) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string CoordinatorLog => RecoveryRun.Log(_folder["run"], "coordinator");

    [Fact]
    public async Task Killed_while_workers_train_it_comes_back_and_no_generation_is_lost()
    {
        await using var alexnet = RecoveryRun.Start(_folder["run"], 2, 2);
        await alexnet.StepAsync(3);
        Kill();
        await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.Empty(alexnet.EventsOf("generation"));
        Assert.Equal(Enumerable.Range(1, RecoveryRun.Steps), alexnet.EventsOf("step").Select(e => e.GetProperty("step").GetInt32()));
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Fact]
    public async Task Killed_together_with_a_worker_it_waits_the_worker_out_and_the_run_goes_on()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 2, 2);
        await alexnet.StepAsync(3);
        Processes.Signal(alexnet.WorkerProcess(2), Processes.SigKill);
        Kill();
        await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.Equal("live", alexnet.SecondGeneration().Source);
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Fact]
    public async Task Killed_while_the_first_generation_forms_it_forms_it_or_another()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 1, 2);
        await LogFile.ContainsAsync(CoordinatorLog, "is Forming", SmallRun.Deadline);
        Kill();
        await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.Single(alexnet.EventsOf("started"));
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task Killed_while_workers_are_still_joining_it_takes_them_in()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 1, 2);
        await LogFile.ContainsAsync(CoordinatorLog, "joined", SmallRun.Deadline);
        Kill();
        await alexnet.FinishAsync(SmallRun.Deadline);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task Killed_while_an_evaluation_runs_it_records_it_all_the_same()
    {
        LongTests.Require();
        string[] longEvaluation = ["--set", "data.generated.test=3000"];
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, longEvaluation))
        {
            await alexnet.StepAsync(RecoveryRun.StepsPerEpoch);
            Kill();
            Assert.Empty(alexnet.EventsOf("epoch"));
            await alexnet.FinishAsync(SmallRun.Deadline);
        }
        await using (var alexnet = RecoveryRun.Start(_folder["expected"], 1, 2, longEvaluation))
            await alexnet.FinishAsync(SmallRun.Deadline);
        TrainedState.Read(_folder["run"]).AssertSameAs(TrainedState.Read(_folder["expected"]));
    }

    [Fact]
    public async Task Killed_while_a_later_generation_forms_it_goes_on_from_what_lives()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.StartWithFault(_folder["run"], "kill@1.0:7:backward", 2, 2, "--spares", "1");
        await LogFile.ContainsAsync(CoordinatorLog, "is Settling", SmallRun.Deadline);
        Kill();
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Fact]
    public async Task Killed_while_the_run_is_drained_it_ends_it_in_good_order()
    {
        LongTests.Require();
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2))
        {
            await alexnet.StepAsync(3);
            Processes.Signal(alexnet.Id, Processes.SigTerm);
            await LogFile.ContainsAsync(CoordinatorLog, "is Draining", SmallRun.Deadline);
            Kill();
            Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        }
        await RecoveryRun.ResumeAsync(_folder["run"], 1, 2);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task Killed_when_the_run_has_just_ended_it_tells_the_end_again()
    {
        await undisturbed.CopyAsync(1, 2, _folder["run"]);
        await using var services = await ServicesByHand.StartAsync(
            _folder["run"],
            ["layout.replicas=1", "layout.shards=2"],
            "--take-over",
            "true"
        );
        var end = await services.WatchAsync(e => e.Finished is not null);
        Assert.Equal(RecoveryRun.Steps, end.Finished.Steps);
        Assert.Equal(ExitCodes.Done, await services.Coordinator.ExitCodeAsync(SmallRun.Deadline));
    }

    public void Dispose() => _folder.Dispose();

    private void Kill() => Processes.Signal(RecoveryRun.CoordinatorProcess(_folder["run"]), Processes.SigKill);
}
