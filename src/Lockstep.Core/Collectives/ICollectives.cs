namespace Lockstep.Core.Collectives;

/// <summary>
/// The port to the other workers of a group. Operations begin at once, run in the background, and may be many at a time;
/// every member of the group names them alike, and the order in which members begin them does not matter.
/// Sums run in ascending rank order, so their bits do not depend on the transport (law 3).
/// </summary>
public interface ICollectives
{
    /// <summary>This worker's place in the group, from 0.</summary>
    int Rank { get; }

    /// <summary>Number of workers in the group.</summary>
    int Size { get; }

    /// <summary>Whether it takes memory that is on a GPU; all take the host's.</summary>
    bool TakesDevice => false;

    /// <summary>
    /// Sends <c>parts[Rank]</c> to every other member and receives theirs into the other parts. Parts may have different lengths, zero
    /// included.
    /// </summary>
    IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts);

    /// <summary>
    /// Leaves in <paramref name="sum"/> the sum over all members of their <c>parts[Rank]</c> (this member's rank), in ascending rank order.
    /// The parts are addends, one for each member; they are not changed.
    /// </summary>
    IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum);

    /// <summary>Replaces <paramref name="values"/> on every member by the sum over all members, in ascending rank order.</summary>
    IPendingOperation AllReduce(Operation operation, TensorMemory values);
}
