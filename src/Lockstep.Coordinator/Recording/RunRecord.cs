using Lockstep.Coordinator.Workers;
using Lockstep.Core.Membership;
using Lockstep.Core.Net;
using Lockstep.Core.Reductions;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Core.Status;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// What a run leaves behind, in all places at once: the log, the diary that watchers follow, the files of the run directory, and the
/// metrics.
/// Called under the controller's lock.
/// </summary>
internal sealed class RunRecord(
    CoordinatorOptions options,
    RunDiary diary,
    RunStore store,
    StepBook book,
    CoordinatorMetrics metrics,
    ILogger<RunRecord> logger
)
{
    private const int RetoldEvents = 100;

    private bool _started;

    /// <summary>The last step that all have made, counted from 1.</summary>
    public long Steps => book.Steps;

    /// <summary>Seconds of the slowest of the last steps.</summary>
    public double SlowestStepSeconds => book.SlowestSeconds;

    /// <summary>How the run has learned so far.</summary>
    public CurvesStatus Curves => book.Curves.Now();

    /// <summary>The last evaluation; null before the first.</summary>
    public EpochDone? LastEpoch => book.LastEpoch;

    /// <summary>Every evaluation so far, in the order of steps.</summary>
    public IReadOnlyList<Evaluation> Evaluations => book.Evaluations;

    /// <summary>
    /// Goes on with what an earlier coordinator recorded, and tells the last of it again: that one may not have lived to tell it.
    /// </summary>
    /// <param name="plan">The generation in force; null for a run that begins.</param>
    /// <param name="started">The last generation that has begun to train; 0 for none, and then watchers know nothing of the run.</param>
    public void Remember(Plan? plan, long started)
    {
        var told = store.Replay(book, long.MaxValue);
        _started = plan is not null && started > 0;
        if (plan is null)
            return;
        book.Begin(plan.Topology);
        if (plan.Generation == started)
            diary.Add(new() { Generation = Generation(plan) });
        foreach (var entry in told.TakeLast(RetoldEvents))
            diary.Add(entry);
    }

    public void State(string runId, RunState state, string reason)
    {
        metrics.State(state);
        logger.StateChanged(runId, state, reason);
        diary.Add(
            new()
            {
                State = new StateChanged { State = state.ToString().ToLowerInvariant(), Reason = reason },
            }
        );
    }

    /// <summary>From now on these are the run's data; the words for its classes a trained net keeps when they are gone.</summary>
    /// <param name="data">What all workers have read.</param>
    /// <param name="isNew">The run begins; a run of an earlier version goes on, and may have begun with others.</param>
    public void Bind(DataIdentity data, bool isNew)
    {
        store.Write(data.ClassNames);
        if (!isNew)
            logger.DataNotKnown();
    }

    public void Workers(IReadOnlyList<WorkerSnapshot> workers) => metrics.Workers(workers);

    /// <summary>A worker has come on with a step or an evaluation.</summary>
    public void Progressed() => metrics.Progressed();

    /// <summary>A loss has ended a generation.</summary>
    public void Restarted(RestartCause cause) => metrics.Restarted(cause);

    /// <summary>The generation in force, and the steps of the run, once the size of the data set is known.</summary>
    public void Known(Plan plan, int trainSamples) => metrics.Begin(plan, StepPlan.Of(options.Recipe, trainSamples));

    public void Worker(WorkerSnapshot worker, string message)
    {
        string what = worker.Stage.ToString().ToLowerInvariant();
        logger.WorkerChanged(worker.Id, worker.ProcessId, worker.Host, what, message);
        diary.Add(
            new()
            {
                Worker = new WorkerChanged
                {
                    WorkerId = worker.Id,
                    Host = worker.Host,
                    ProcessId = worker.ProcessId,
                    What = what,
                    Message = message,
                },
            }
        );
    }

    /// <summary>A generation begins to train.</summary>
    public void Begin(
        string runId,
        Plan plan,
        FactorChoice factors,
        (int Train, int Test) samples,
        IReadOnlyCollection<WorkerSession> members
    )
    {
        diary.Add(_started ? new() { Generation = Generation(plan) } : new() { Started = Started(runId, plan, factors, samples, members) });
        _started = true;
        book.Begin(plan.Topology);
        Known(plan, samples.Train);
    }

    /// <summary>Takes a worker's report; returns the step of the run once all have reported it.</summary>
    public StepDone? Step(int rank, StepReport report)
    {
        var step = book.Add(rank, report);
        if (step is not null)
            Write(step);
        return step;
    }

    /// <summary>Takes the evaluation at an epoch's end; all workers send the same.</summary>
    public void Evaluation(EvaluationReport report)
    {
        book.Add(report);
        WriteEpoch();
    }

    /// <summary>A generation has ended; steps up to this one were made, though not all of its workers lived to report them.</summary>
    public void Close(long applied)
    {
        foreach (var step in book.Close(applied))
            Write(step);
    }

    public void Checkpoint(CheckpointSaved saved)
    {
        if (saved.Problem.Length > 0)
            logger.NotSaved(saved.Step, saved.Problem);
        else
            logger.Saved(saved.Step, saved.Directory, saved.Bytes, saved.Seconds);
        metrics.Checkpoint(saved);
        diary.Add(new() { Checkpoint = saved });
    }

    /// <summary>Why the run, whose workers have all finished, ended before its last step; null if it did not.</summary>
    /// <param name="trainSamples">Of the data set; 0 where no worker has told them, and then an earlier coordinator has decided it.</param>
    public string? EndedEarly(int trainSamples) =>
        trainSamples == 0
            ? null
            : EarlyStop.Reason(options.Recipe, StepPlan.Of(options.Recipe, trainSamples), book.Steps, book.Evaluations);

    public void Finished(Decision decision) =>
        diary.Add(
            new()
            {
                Finished = new RunFinished
                {
                    Steps = book.Steps,
                    Loss = book.Loss,
                    Top1 = book.LastEpoch?.Top1 ?? 0,
                    Top5 = book.LastEpoch?.Top5 ?? 0,
                    ImagesPerSecond = book.TrainingSeconds > 0 ? book.Samples / book.TrainingSeconds : 0,
                    Seconds = diary.Seconds,
                    EndedEarly = decision.EndedEarly ?? "",
                },
            }
        );

    public void Interrupted(Decision decision) =>
        diary.Add(
            new()
            {
                Interrupted = new RunInterrupted
                {
                    Step = book.Steps,
                    Message = decision.Reason,
                    ExitCode = decision.ExitCode,
                },
            }
        );

    public void Failed(Decision decision) =>
        diary.Add(
            new()
            {
                Failed = new RunFailed { Message = decision.Reason, ExitCode = decision.ExitCode },
            }
        );

    /// <summary>A coordinator that is started now does not know that the run has ended.</summary>
    public void EndNotRecorded(string reason) => logger.EndNotRecorded(reason);

    /// <summary>Nothing more is told: watchers end.</summary>
    /// <returns>Completes when one of them has heard everything.</returns>
    public Task Close() => diary.Close();

    private void Write(StepDone step)
    {
        metrics.Step(step);
        store.Write(step);
        diary.Add(new() { Step = step });
        WriteEpoch();
    }

    private void WriteEpoch()
    {
        if (book.TakeEpoch() is not { } epoch)
            return;
        metrics.Epoch(epoch);
        store.Write(epoch);
        logger.Epoch(epoch.Epoch, epoch.Step, epoch.Top1);
        diary.Add(new() { Epoch = epoch });
    }

    private static GenerationBegun Generation(Plan plan) =>
        new()
        {
            Generation = plan.Generation,
            StartStep = plan.StartStep,
            Replicas = plan.Topology.Replicas,
            Source =
                plan.Donors is not null ? "live"
                : plan.Checkpoint is not null ? "checkpoint"
                : "start",
            Members = { plan.Members.Select(m => m.ToWire()) },
        };

    private Started Started(
        string runId,
        Plan plan,
        FactorChoice factors,
        (int Train, int Test) samples,
        IReadOnlyCollection<WorkerSession> members
    )
    {
        var steps = StepPlan.Of(options.Recipe, samples.Train);
        var slowest = WorkerSpeed.SlowestOf([.. members.Select(m => m.Speed)]);
        return new Started
        {
            RunId = runId,
            Recipe = options.Recipe.Name,
            Replicas = plan.Topology.Replicas,
            Shards = plan.Topology.Shards,
            Generation = plan.Generation,
            StartStep = plan.StartStep,
            TotalSteps = steps.TotalSteps,
            StepsPerEpoch = steps.StepsPerEpoch,
            Epochs = options.Recipe.Training.Epochs,
            TrainSamples = samples.Train,
            TestSamples = samples.Test,
            Parameters = NetShape.Of(options.Recipe).Parameters,
            Members = { plan.Members.Select(m => m.ToWire()) },
            Factors = { factors.Layers },
            BytesPerSecond = slowest.BytesPerSecond,
            FlopsPerSecond = slowest.FlopsPerSecond,
            Links =
            {
                from session in members
                let first = session.Worker.Rank ?? 0
                orderby first
                from second in Enumerable.Range(first + 1, plan.Members.Count - first - 1)
                select new Link
                {
                    First = first,
                    Second = second,
                    Transport = session.Transports[second],
                },
            },
        };
    }
}
