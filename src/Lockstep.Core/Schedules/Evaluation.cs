namespace Lockstep.Core.Schedules;

/// <summary>What a schedule knows of an evaluation.</summary>
/// <param name="Step">Updates that the weights had seen.</param>
/// <param name="Top1">Share of the test set that was classified right, 0 to 1.</param>
public sealed record Evaluation(long Step, double Top1)
{
    /// <summary>The best of a run, the earliest of equal ones; null before the first.</summary>
    public static Evaluation? BestOf(IEnumerable<Evaluation> history) => history.MaxBy(e => e.Top1);
}
