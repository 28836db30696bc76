using Lockstep.Core.Membership;
using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Runs;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// What a run leaves behind, in all places at once: the log, the event stream that watchers follow, the files of the run directory, the
/// metrics, and the account of its time. Each hears of an event what concerns it.
/// </summary>
internal sealed class RunRecorder(
    CoordinatorOptions options,
    EventStream stream,
    RunFiles files,
    CoordinatorMetrics metrics,
    GoodputRecorder goodput,
    ILogger<RunRecorder> logger
)
{
    /// <summary>Something has happened.</summary>
    /// <exception cref="InvalidOperationException">The run directory is gone: nothing can be saved any more.</exception>
    public void Take(string runId, RunEvent entry)
    {
        goodput.Take(entry);
        switch (entry.EventCase)
        {
            case RunEvent.EventOneofCase.State:
                var state = entry.State.State.ToState();
                metrics.State(state);
                logger.StateChanged(runId, state, entry.State.Reason);
                break;
            case RunEvent.EventOneofCase.Worker:
                var worker = entry.Worker;
                logger.WorkerChanged(worker.WorkerId, worker.ProcessId, worker.Host, worker.Stage.Word(), worker.Message);
                break;
            case RunEvent.EventOneofCase.Protection:
                logger.Keeps(entry.Protection.Every, entry.Protection.Cost);
                break;
            case RunEvent.EventOneofCase.Noticed:
                logger.Noticed(entry.Noticed.Message);
                break;
            case RunEvent.EventOneofCase.Step:
                metrics.Step(entry.Step);
                files.Write(entry.Step);
                break;
            case RunEvent.EventOneofCase.Epoch:
                metrics.Epoch(entry.Epoch);
                files.Write(entry.Epoch);
                logger.Epoch(entry.Epoch.Epoch, entry.Epoch.Step, MetricText.Sentence(entry.Epoch.Metrics.ToValues()));
                break;
            case RunEvent.EventOneofCase.Checkpoint:
                Log(entry.Checkpoint);
                metrics.Checkpoint(entry.Checkpoint);
                break;
            case RunEvent.EventOneofCase.Finished:
                entry.Finished.Seconds = stream.Seconds;
                entry.Finished.Time.Add(goodput.Now.ToWire());
                break;
            case RunEvent.EventOneofCase.Interrupted:
                entry.Interrupted.Time.Add(goodput.Now.ToWire());
                break;
        }
        stream.Add(entry);
    }

    /// <summary>What an earlier coordinator recorded is told again: that one may not have lived to tell it.</summary>
    public void TakeAgain(RunEvent entry) => stream.Add(entry);

    /// <summary>From now on these are the run's data; the words for its classes a trained net keeps when they are gone.</summary>
    /// <param name="data">What all workers have read.</param>
    /// <param name="isNew">The run begins; a run of an earlier version goes on, and may have begun with others.</param>
    public void Bind(DataIdentity data, bool isNew)
    {
        files.Write(data.ClassNames);
        if (!isNew)
            logger.DataNotKnown();
    }

    /// <summary>The run's files go on behind these records, and forget the rest.</summary>
    public void GoOn(RecordedMetrics recorded) => files.GoOn(recorded);

    /// <summary>Time has passed, or something has happened to the workers.</summary>
    public void Workers(IReadOnlyList<WorkerSnapshot> workers)
    {
        goodput.Pass();
        metrics.Workers(workers);
    }

    /// <summary>A worker has come on with a step or an evaluation.</summary>
    public void Progressed() => metrics.Progressed();

    /// <summary>A loss has ended a generation.</summary>
    public void Restarted(RestartCause cause) => metrics.Restarted(cause);

    /// <summary>The generation in force, and the steps of the run, once the size of the data set is known.</summary>
    public void Known(Plan plan, int trainSamples) => metrics.Begin(plan, StepPlan.Of(options.Recipe, trainSamples));

    public void Reduces(string how, string reason) => logger.Reduces(how, reason);

    public void NotExact(long step, string differences) => logger.NotExact(step, differences);

    /// <summary>A coordinator that is started now does not know that the run has ended.</summary>
    public void EndNotRecorded(string reason) => logger.EndNotRecorded(reason);

    /// <summary>Nothing more is told: watchers end.</summary>
    /// <returns>Completes when one of them has heard everything.</returns>
    public Task Close() => stream.Close();

    private void Log(CheckpointSaved saved)
    {
        if (saved.Problem.Length > 0)
            logger.NotSaved(saved.Step, saved.Problem);
        else
            logger.Saved(saved.Step, saved.Directory, saved.Bytes, saved.Seconds);
    }
}
