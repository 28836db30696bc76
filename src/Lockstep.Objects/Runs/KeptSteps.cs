using Lockstep.Core.Schedules;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Objects.Runs;

/// <summary>Decides which checkpoints of a run stay in the bucket.</summary>
internal static class KeptSteps
{
    /// <summary>The steps to delete once a checkpoint is published: all but the newest and the best.</summary>
    /// <param name="steps">Those that are there, the published one included.</param>
    /// <param name="published">The manifest of the published one, which names every evaluation so far.</param>
    /// <param name="keep">How many of the newest stay; 1 or more.</param>
    public static IReadOnlyList<long> Surplus(IEnumerable<long> steps, Manifest published, int keep)
    {
        // newer ones are of a course that the run has left: it has gone on from an older step
        long[] there = [.. steps.Distinct().OrderDescending()],
            own = [.. there.Where(s => s <= published.Step)];
        var best = Evaluation.BestOf([.. published.Evaluations.Where(e => own.Contains(e.Step))], published.Objective);
        return [.. there.Except(own.Take(keep)).Where(s => s != best?.Step)];
    }
}
