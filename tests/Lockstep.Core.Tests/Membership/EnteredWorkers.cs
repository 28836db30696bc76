using Lockstep.Core.Membership;

namespace Lockstep.Core.Tests.Membership;

/// <summary>Workers as they enter a generation.</summary>
internal static class EnteredWorkers
{
    /// <summary>A worker with the rank that an assignment gives it, or with none; what it had told is forgotten.</summary>
    public static WorkerSnapshot EnteredInto(this WorkerSnapshot worker, Assignment assignment, DateTimeOffset now)
    {
        int rank = assignment.Members.ToList().FindIndex(m => m.Id == worker.Id);
        return worker with
        {
            Rank = rank >= 0 ? rank : null,
            Stage = worker.Stage == WorkerStage.Stopped ? WorkerStage.Loaded : worker.Stage,
            Standing = null,
            Blames = null,
            Problem = null,
            Heard = now,
        };
    }
}
