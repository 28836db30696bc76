namespace AlexNet.ChaosBenchmark;

/// <summary>One process that was killed or stopped.</summary>
/// <param name="Timestamp">When.</param>
/// <param name="HeldSlot">It was a worker of the generation in force.</param>
/// <param name="Step">The newest step by then.</param>
/// <param name="Generations">The generations by then.</param>
internal sealed record Blow(long Timestamp, bool HeldSlot, long Step, int Generations)
{
    /// <summary>Until the first new step; null where another blow came in between, or the end.</summary>
    public TimeSpan? Recovery { get; set; }
}
