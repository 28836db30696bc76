using Lockstep.Core.Membership;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Tests.Membership;

/// <summary>
/// A run as the coordinator sees it, driven by random events: workers join, train, die between any two phases of a step, stand still, come
/// late; the coordinator is lost; somebody asks for the end. What each worker really holds is kept beside what it has told.
/// </summary>
internal sealed class RandomHistory(MembershipOptions options)
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int MostSteps = 4; // of a run

    private readonly Dictionary<string, Standing> _held = []; // by worker: what it would report
    private readonly Queue<int> _dice = new();
    private List<WorkerSnapshot> _workers = [];
    private DateTimeOffset _now = Begin,
        _since = Begin;
    private RunTopology _topology = options.Topology;
    private long _generation;
    private int _joined;
    private bool _drainAsked,
        _isBroken,
        _endsAtBorder;
    private long _saved;
    private FailedSave? _failedSave;

    public RunState State { get; private set; } = RunState.Waiting;

    public Decision? Last { get; private set; }

    public int Restarts { get; private set; }

    public int Generations { get; private set; }

    public int LiveGenerations { get; private set; }

    private IEnumerable<WorkerSnapshot> Members => _workers.Where(w => w.Rank is not null);

    private bool IsOver => State is RunState.Finished or RunState.Failed;

    /// <summary>One event, chosen and shaped by a number; then the coordinator decides until nothing changes.</summary>
    public void Happen(uint number)
    {
        for (uint rest = number / 16; _dice.Count < 8; rest = rest / 3 + 7)
            _dice.Enqueue((int)(rest % 60));
        switch (number % 16)
        {
            case 0 or 1:
                Join();
                break;
            case 2 or 3 or 4:
                Advance(WorkerStage.Joined, WorkerStage.Loaded);
                break;
            case 5 or 6 or 7:
                MakeReady();
                break;
            case 8 or 9:
                Step();
                break;
            case 10:
                BreakStep();
                break;
            case 11 or 12:
                Report();
                break;
            case 13:
                Lose();
                break;
            case 14:
                _now += TimeSpan.FromSeconds(Roll(15));
                break;
            default:
                Rare();
                break;
        }
        _dice.Clear();
        for (int changes = 0; DecideOnce(); changes++)
            Assert.True(changes < 10, $"the policy goes round in circles: {Last}");
    }

    private void Join()
    {
        if (_workers.Count < options.Topology.Workers + 2)
        {
            _workers.Add(
                new WorkerSnapshot($"w{_joined++}", "host", _joined, "http://host:1", WorkerStage.Joined) { Fingerprint = "same" }
            );
        }
    }

    private void Advance(WorkerStage from, WorkerStage to) => Change(Pick(w => w.Stage == from), w => w with { Stage = to });

    private void MakeReady()
    {
        if (State == RunState.Forming && Members.All(w => w.Stage is WorkerStage.Loaded or WorkerStage.Ready))
            Advance(WorkerStage.Loaded, WorkerStage.Ready, w => w.Rank is not null);
        Change(Pick(w => w.Stage == WorkerStage.Away), w => w with { Stage = WorkerStage.Ready });
    }

    private void Advance(WorkerStage from, WorkerStage to, Func<WorkerSnapshot, bool> fits) =>
        Change(Pick(w => w.Stage == from && fits(w)), w => w with { Stage = to });

    /// <summary>Every member makes one update; or, where the end was asked for, stops.</summary>
    private void Step()
    {
        if (State is not (RunState.Running or RunState.Draining) || _isBroken || !Members.All(w => w.Stage == WorkerStage.Ready))
            return;
        foreach (var member in Members.ToList())
        {
            _held[member.Id] = _held[member.Id] with { Applied = _held[member.Id].Applied + 1, HoldsSums = false };
            var stage =
                State == RunState.Draining ? WorkerStage.Drained
                : _held[member.Id].Applied > MostSteps ? WorkerStage.Finished
                : WorkerStage.Ready;
            Change(member, w => w with { Stage = stage, LastStep = _held[w.Id].Applied });
        }
        if (Members.All(w => w.Stage is WorkerStage.Drained or WorkerStage.Finished))
            Save();
    }

    /// <summary>The last checkpoint of a generation, which may fail.</summary>
    private void Save()
    {
        if (Roll(3) == 1)
            _failedSave = FailedSave.After(_failedSave, Members.Max(w => w.LastStep), "No space left on device.", _now);
        else
            (_saved, _failedSave) = (Members.Max(w => w.LastStep), null);
    }

    /// <summary>
    /// A member dies before the vote is complete, and nobody makes the update; or after it, and any of the others may have made it.
    /// </summary>
    private void BreakStep()
    {
        if (State is not (RunState.Running or RunState.Draining) || _isBroken || !Members.All(w => w.Stage == WorkerStage.Ready))
            return;
        bool voted = Roll(2) == 1;
        _isBroken = true;
        foreach (var member in Members.ToList())
        {
            var held = _held[member.Id];
            _held[member.Id] =
                voted && Roll(2) == 1
                    ? held with
                    {
                        Applied = held.Applied + 1,
                        HoldsSums = false,
                    }
                    : held with
                    {
                        HoldsSums = voted || Roll(2) == 1,
                    };
        }
        Change(Pick(w => w.Rank is not null), w => w with { Stage = WorkerStage.Lost, Problem = "its connection broke" });
    }

    private void Report()
    {
        if (State == RunState.Settling || _isBroken)
        {
            int? blamed = Roll(2) == 0 ? null : Pick(w => w.Rank is not null)?.Rank;
            Change(
                Pick(w =>
                    w.Rank is not null && w.Stage is WorkerStage.Ready or WorkerStage.Loaded or WorkerStage.Finished or WorkerStage.Drained
                ),
                w =>
                    w with
                    {
                        Stage = WorkerStage.Stopped,
                        Standing = _held.GetValueOrDefault(w.Id),
                        Problem = "it missed another",
                        Blames = blamed == w.Rank ? null : blamed,
                    }
            );
        }
    }

    private void Lose()
    {
        var lost = Pick(_ => true);
        if (lost is { Rank: null })
            _workers.Remove(lost);
        else
            Change(lost, w => w with { Stage = WorkerStage.Lost, Problem = "its connection broke" });
    }

    private void Rare()
    {
        switch (Roll(6))
        {
            case 0:
                _drainAsked = Roll(8) == 0;
                break;
            case 1 when Roll(8) == 0:
                Change(Pick(_ => true), w => w with { Stage = WorkerStage.Failed, IsFatal = true, Problem = "its files are damaged" });
                break;
            case 2:
                Change(Pick(w => w.Rank is not null), w => w with { Stage = WorkerStage.Failed, Problem = "it ran out of memory" });
                break;
            default:
                LoseCoordinator();
                break;
        }
    }

    private void LoseCoordinator()
    {
        if (_generation == 0 || IsOver || !Members.Any())
            return;
        _workers = [.. Members.Select(w => w with { Stage = WorkerStage.Away, Standing = null, Blames = null, Problem = null })];
        (State, _since) = (RunState.Running, _now);
    }

    private bool DecideOnce()
    {
        var before = new MembershipSnapshot(State, _since, [.. _workers])
        {
            Generation = _generation,
            Replicas = _topology.Replicas,
            Restarts = Restarts,
            DrainAsked = _drainAsked,
            SavedStep = _saved,
            FailedSave = _failedSave,
            EndsAtBorder = _endsAtBorder,
        };
        Last = MembershipPolicy.Decide(_now, before, options);
        Assert.Equal(Last, MembershipPolicy.Decide(_now, before, options)); // pure
        SoundDecisions.AssertReason(Last, _workers);
        if (Last.Next == State)
            return false;
        Assert.False(IsOver, $"a run that has ended changed: {Last.Reason}");
        if (Last.Next == RunState.Settling)
        {
            _endsAtBorder =
                State == RunState.Running
                && Members.All(w => w.Stage is WorkerStage.Ready or WorkerStage.Finished)
                && Members.Any(w => w.Stage == WorkerStage.Ready);
        }

        if (Last is { Next: RunState.Finished } && Members.Any())
            Assert.True(_saved >= Members.Max(w => w.LastStep), $"it is not saved: {Last.Reason}");
        (State, _since) = (Last.Next, _now);
        if (State == RunState.Waiting)
            EndGeneration();
        if (State == RunState.Forming)
            Form(Last.Replicas);
        return true;
    }

    private void EndGeneration()
    {
        int gone = _workers.RemoveAll(w => w.Rank is not null && w.Stage != WorkerStage.Stopped);
        Restarts += gone > 0 ? 1 : 0;
        Assert.True(Restarts <= options.MostRestarts, $"{Restarts} losses were survived.");
    }

    private void Form(int replicas)
    {
        Assert.InRange(replicas, options.LeastReplicas, options.Topology.Replicas);
        _topology = options.Topology with { Replicas = replicas };
        List<WorkerSnapshot> available = [.. _workers.Where(w => w.IsAvailable)];
        var assignment = SlotAssigner.Assign(_topology, _generation, available);
        SoundDecisions.AssertAssignment(assignment, available, _topology, _generation);
        Generations++;
        LiveGenerations += assignment.Donors is null ? 0 : 1;
        _generation++;
        _isBroken = false;
        _saved = assignment.Donors is null ? assignment.Step : 0;
        _workers = [.. _workers.Select(w => w.EnteredInto(assignment, _now))];
        foreach (var member in Members)
        {
            _held[member.Id] = new Standing(
                _generation,
                _topology.SlotOf(member.Rank ?? 0).Shard,
                _topology.Shards,
                assignment.Step,
                false
            );
        }
    }

    private void Change(WorkerSnapshot? worker, Func<WorkerSnapshot, WorkerSnapshot> change)
    {
        if (worker is not null)
            _workers[_workers.IndexOf(worker)] = change(worker) with { Heard = _now };
    }

    private WorkerSnapshot? Pick(Func<WorkerSnapshot, bool> fits)
    {
        var fitting = _workers.Where(fits).ToList();
        return fitting.Count == 0 ? null : fitting[Roll(fitting.Count)];
    }

    private int Roll(int sides) => _dice.TryDequeue(out int roll) ? roll % sides : 0;
}
