using Lockstep.Core.Collectives;
using Lockstep.Protocol.V1;
using Lockstep.Worker.Control;

namespace Lockstep.Worker.Run;

/// <summary>
/// What a worker tells the coordinator when a generation has ended: a pure function of how it ended and what the worker holds.
/// </summary>
internal static class GenerationEnd
{
    /// <summary>It ended at a border that all agreed on, or with the last step of the run.</summary>
    /// <param name="end">What ended it; none for the last step.</param>
    /// <param name="held">What this worker holds.</param>
    /// <param name="isLeaving">This worker was asked to go.</param>
    public static WorkerMessage AtBorder(BorderActions end, HeldShard held, bool isLeaving)
    {
        long applied = Math.Max(0, held.Applied);
        if (end.HasFlag(BorderActions.Drain))
            return new WorkerMessage { Drained = new Drained { Step = applied } };
        return end.HasFlag(BorderActions.Regroup)
            ? Stopped(isLeaving ? "it was asked to leave, and left after a step" : "it stopped after a step", held, isLeaving)
            : new WorkerMessage { Finished = new Finished { Steps = applied } };
    }

    /// <summary>Whether an error that ended it is no fault of this worker, which then stays and takes part in the next.</summary>
    /// <param name="error">What ended it.</param>
    /// <param name="isStopping">This process was asked to end.</param>
    /// <param name="runEnd">Why the run was ended from outside; null where it goes on.</param>
    public static bool IsOthersFault(Exception error, bool isStopping, string? runEnd) =>
        !isStopping && runEnd is null && error is PeerLostException or OperationCanceledException;

    /// <summary>Another's loss or the coordinator ended it.</summary>
    public static WorkerMessage Broken(Exception error, HeldShard held, bool isLeaving) =>
        Stopped(error.Message, held, isLeaving, error as PeerLostException);

    /// <summary>This worker has stopped, and takes part in the next generation unless it is leaving.</summary>
    public static WorkerMessage Stopped(string message, HeldShard held, bool isLeaving, PeerLostException? lost = null)
    {
        var stopped = new Stopped
        {
            Message = message,
            LostRank = lost?.LostRank ?? -1,
            Late = lost?.IsLate ?? false,
            Shard = held.Shard,
            Shards = held.Shards,
            Applied = held.Applied,
            HoldsSums = held.HoldsSums,
            Leaving = isLeaving,
            Kept = held.Kept,
        };
        if (held.Copy is { } copy)
            stopped.Copy = copy;
        return new WorkerMessage { Stopped = stopped };
    }
}
