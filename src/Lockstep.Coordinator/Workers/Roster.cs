using Lockstep.Core.Membership;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Workers;

/// <summary>The workers that a run has, those of the generation in force with their ranks.</summary>
internal sealed class Roster
{
    private readonly List<WorkerSession> _sessions = [];

    public IReadOnlyList<WorkerSession> Sessions => _sessions;

    public IReadOnlyList<WorkerSnapshot> Workers => [.. _sessions.Select(s => s.Worker)];

    /// <summary>The workers of the generation in force.</summary>
    public IEnumerable<WorkerSession> Members => _sessions.Where(s => s.Worker.Rank is not null);

    public void Add(WorkerSession session) => _sessions.Add(session);

    public void Remove(WorkerSession session) => _sessions.Remove(session);

    public WorkerSession? Find(string workerId) => _sessions.FirstOrDefault(s => s.Worker.Id == workerId);

    /// <summary>Takes in the workers of a generation that an earlier coordinator led; none is connected yet.</summary>
    public void Expect(Plan plan)
    {
        foreach (var member in plan.Members)
        {
            var worker = new WorkerSnapshot(member.WorkerId, member.Host, member.ProcessId, member.PeerAddress, WorkerStage.Away)
            {
                Rank = member.Rank,
            };
            Add(new WorkerSession(worker) { Connected = false });
        }
    }

    /// <summary>The generation is over: those that are gone, did not answer or are to blame are struck off; returns them.</summary>
    public IReadOnlyList<WorkerSession> StrikeOff(string? missed)
    {
        var gone = Members.Where(s => s.Worker.Stage != WorkerStage.Stopped || s.Worker.Id == missed).ToList();
        foreach (var session in gone)
            Remove(session);
        return gone;
    }

    /// <summary>Gives the members of a new generation their ranks, and takes those of the last.</summary>
    public void Rank(IReadOnlyList<WorkerSnapshot> members)
    {
        foreach (var session in _sessions)
        {
            int rank = members.ToList().FindIndex(m => m.Id == session.Worker.Id);
            session.Worker = session.Worker with
            {
                Rank = rank >= 0 ? rank : null,
                Stage = session.Worker.Stage == WorkerStage.Stopped ? WorkerStage.Loaded : session.Worker.Stage,
                Standing = null,
                Blames = null,
                BlamesForLateness = false,
                Problem = null,
            };
        }
    }
}
