namespace Lockstep.Core.Collectives;

/// <summary>
/// Another worker did not do its part of an operation. Says which worker, where it runs, and what it was needed for (law 6).
/// </summary>
public sealed class PeerLostException(string message, int rank, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Rank, in the plan, of the worker that did not come.</summary>
    public int LostRank { get; } = rank;

    /// <summary>It did not come in time, though its connection was there.</summary>
    public bool IsLate { get; init; }
}
