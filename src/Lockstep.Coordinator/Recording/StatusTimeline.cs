using System.Globalization;
using Lockstep.Core.Membership;
using Lockstep.Core.Metrics;
using Lockstep.Core.Status;
using Lockstep.Core.Texts;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// Follows the run's event stream for the status page: what has happened and why, who has gone, and how fast each worker was. Called by the
/// run's loop alone.
/// </summary>
internal sealed class StatusTimeline
{
    private const int RememberedEvents = 50,
        RememberedGone = 5;

    private readonly LinkedList<EventStatus> _events = new(); // newest first
    private readonly LinkedList<GoneWorker> _gone = new(); // newest first
    private readonly Dictionary<string, Slot> _slots = [];
    private readonly RecentSteps _recent = new();
    private StepDone? _step;
    private (long Step, double Seconds)? _first,
        _last; // of this generation, with the time of each
    private int _saves;
    private bool _hasBegun; // steps and epochs that are told before anything else, an earlier coordinator has told

    /// <summary>Takes an event of the event stream.</summary>
    public void Take(RunEvent entry, DateTimeOffset now)
    {
        switch (entry.EventCase)
        {
            case RunEvent.EventOneofCase.State:
                _hasBegun = true;
                Add(now, "state", TitleOf(entry.State.State), News(entry.State.Reason), IsTrouble(entry.State.State));
                break;
            case RunEvent.EventOneofCase.Worker:
                _hasBegun = true;
                TakeWorker(entry.Worker, now);
                break;
            case RunEvent.EventOneofCase.Noticed:
                string noticed = WorkerDiagnosis.Sentence(entry.Noticed.Message);
                Add(now, "notice", "A machine or a link is unlike the others", noticed, isTrouble: true);
                break;
            case RunEvent.EventOneofCase.Protection:
                string every = string.Create(Percent.Culture, $"every:{entry.Protection.Every}, for {entry.Protection.Cost:P1} of a step");
                Add(now, "protection", "Parts that exist once are kept by other workers", every, isTrouble: false);
                break;
            case RunEvent.EventOneofCase.Started:
                Begin(entry.Started.Generation, entry.Started.Replicas, entry.Started.Members, $"from step {entry.Started.StartStep}", now);
                break;
            case RunEvent.EventOneofCase.Generation:
                Begin(
                    entry.Generation.Generation,
                    entry.Generation.Replicas,
                    entry.Generation.Members,
                    $"from step {entry.Generation.StartStep}; weights: {entry.Generation.Source.Word()}",
                    now
                );
                break;
            case RunEvent.EventOneofCase.Step:
                TakeStep(entry.Step, entry.Seconds);
                break;
            case RunEvent.EventOneofCase.Epoch:
                TakeEpoch(entry.Epoch, now);
                break;
            case RunEvent.EventOneofCase.Checkpoint:
                TakeCheckpoint(entry.Checkpoint, now);
                break;
        }
    }

    /// <summary>A copy of what it knows.</summary>
    public TimelineSnapshot Now() =>
        new([.. _events], [.. _gone], _recent.Now())
        {
            Step = _step,
            SecondsPerStep =
                _first is { } first && _last is { } last && last.Step > first.Step
                    ? (last.Seconds - first.Seconds) / (last.Step - first.Step)
                    : null,
            Saves = _saves,
        };

    private void Begin(long generation, int replicas, IReadOnlyList<Member> members, string how, DateTimeOffset now)
    {
        var topology = new RunTopology(replicas, members.Count / Math.Max(1, replicas));
        for (int rank = 0; rank < members.Count; rank++)
            _slots[members[rank].WorkerId] = topology.SlotOf(rank);
        _recent.Clear();
        (_first, _last) = (null, null);
        Add(now, "generation", $"Generation {generation} begins", $"{Count.Of(members.Count, "worker")}, {how}.", isTrouble: false);
    }

    private void TakeStep(StepDone step, double seconds)
    {
        _step = step;
        if (step.Workers.Count == 0)
            return; // an earlier coordinator's
        _recent.Add(step.Workers);
        _first ??= (step.Step, seconds);
        _last = (step.Step, seconds);
    }

    private void TakeWorker(WorkerChanged worker, DateTimeOffset now)
    {
        string name = $"Worker {worker.WorkerId}";
        switch (worker.Stage.ToStage())
        {
            case WorkerStage.Joined:
                Forget(worker.WorkerId);
                Add(now, "worker", $"{name} joined", $"Process {worker.ProcessId} on {worker.Host}.", isTrouble: false);
                break;
            case WorkerStage.Lost:
                Lose(worker, $"{name} is gone", now);
                break;
            case WorkerStage.Failed:
                Lose(worker, $"{name} failed", now);
                break;
            case WorkerStage.Stopped:
                Add(now, "worker", $"{name} stopped", News(worker.Message), isTrouble: false);
                break;
        }
    }

    /// <summary>It may be told twice: when its connection breaks, and when somebody has said what it was missed for.</summary>
    private void Lose(WorkerChanged worker, string title, DateTimeOffset now)
    {
        string why = WorkerDiagnosis.Sentence(worker.Message);
        var known = _gone.FirstOrDefault(g => g.Id == worker.WorkerId && g.ProcessId == worker.ProcessId);
        Slot? slot = _slots.TryGetValue(worker.WorkerId, out var had) ? had : null;
        Forget(worker.WorkerId);
        _gone.AddFirst(new GoneWorker(worker.WorkerId, worker.Host, worker.ProcessId, slot, why, known?.Since ?? now));
        if (_gone.Count > RememberedGone)
            _gone.RemoveLast();
        if (
            known is not null
            && _events.FirstOrDefault(e => e.Title == title && e.Time == known.Since) is { } told
            && _events.Find(told) is { } place
        )
        {
            place.Value = told with { Reason = why };
        }
        else
        {
            Add(now, "worker", title, why, isTrouble: true);
        }

        foreach (var entry in _events.Where(e => e.Title != title && IsAbout(e.Reason, worker.WorkerId, worker.ProcessId)).ToList())
        {
            if (_events.Find(entry) is { } change)
                change.Value = entry with { Reason = "" }; // the worker's own line says it
        }
    }

    private void TakeCheckpoint(CheckpointSaved saved, DateTimeOffset now)
    {
        _saves++;
        if (saved.Problem.Length > 0)
        {
            Add(now, "checkpoint", $"Step {saved.Step} was not saved", WorkerDiagnosis.Sentence(saved.Problem), isTrouble: true);
        }
        else
        {
            Add(
                now,
                "checkpoint",
                $"Step {saved.Step} is saved",
                Text($"{saved.Bytes / 1e6:0.0} MB, written in {saved.Seconds:0.0##} s."),
                isTrouble: false
            );
        }
    }

    /// <summary>A reason, unless it is a loss that the lost worker's line tells, or what the line before says.</summary>
    private string News(string reason) =>
        _gone.Any(g => IsAbout(reason, g.Id, g.ProcessId)) || (_events.First is { } last && StatusDigest.IsSame(last.Value.Reason, reason))
            ? ""
            : WorkerDiagnosis.Sentence(reason);

    /// <summary>Whether a sentence tells the loss of this worker.</summary>
    private static bool IsAbout(string reason, string workerId, int processId) =>
        reason.StartsWith($"worker {workerId} ", StringComparison.OrdinalIgnoreCase)
        && reason.Contains($", process {processId} on ", StringComparison.Ordinal);

    private void Forget(string workerId)
    {
        foreach (var gone in _gone.Where(g => g.Id == workerId).ToList())
            _gone.Remove(gone);
    }

    private void Add(DateTimeOffset now, string kind, string title, string reason, bool isTrouble)
    {
        if (!_hasBegun)
            return;
        _events.AddFirst(new EventStatus(now, kind, title, reason, isTrouble));
        if (_events.Count > RememberedEvents)
            _events.RemoveLast();
    }

    private static bool IsTrouble(StateChanged.Types.State state) =>
        state is StateChanged.Types.State.Settling or StateChanged.Types.State.Failed;

    private static string TitleOf(StateChanged.Types.State state) =>
        state switch
        {
            StateChanged.Types.State.Waiting => "Waiting for workers",
            StateChanged.Types.State.Forming => "Workers connect",
            StateChanged.Types.State.Running => "Training",
            StateChanged.Types.State.Settling => "The generation ends",
            StateChanged.Types.State.Draining => "Draining",
            StateChanged.Types.State.Finished => "Ended in good order",
            _ => "Failed",
        };

    private void TakeEpoch(EpochDone epoch, DateTimeOffset now)
    {
        string measured = WorkerDiagnosis.Sentence(MetricText.Sentence(epoch.Metrics.ToValues()));
        Add(now, "epoch", $"Epoch {epoch.Epoch} evaluated", measured, isTrouble: false);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
