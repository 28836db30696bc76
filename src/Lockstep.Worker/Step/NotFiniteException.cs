namespace Lockstep.Worker.Step;

/// <summary>Training has diverged: a value is infinite or not a number.</summary>
internal sealed class NotFiniteException(string message, int rank = -1) : Exception(message)
{
    /// <summary>The other worker whose value it is; -1 for one's own.</summary>
    public int InfectedRank { get; } = rank;
}
