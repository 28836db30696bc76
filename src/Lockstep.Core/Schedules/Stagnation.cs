using Lockstep.Core.Metrics;
using Lockstep.Core.Sampling;

namespace Lockstep.Core.Schedules;

/// <summary>How often a run has stopped improving: what drops the rate, and what ends the run early.</summary>
internal static class Stagnation
{
    /// <summary>
    /// How often the objective has not improved for <paramref name="patience"/> epochs in a row. Each time the count of epochs begins anew,
    /// and the best stays. Only whole epochs count, so a run that was cut short and goes on counts as if it never had been.
    /// </summary>
    /// <param name="steps">Says where epochs end.</param>
    /// <param name="step">Later evaluations are not known yet.</param>
    /// <param name="history">In the order of steps.</param>
    /// <param name="objective">What is to improve.</param>
    /// <param name="patience">1 or more.</param>
    /// <param name="improvement">By how much an evaluation must be better to count as better.</param>
    public static int Count(
        StepPlan steps,
        long step,
        IEnumerable<Evaluation> history,
        Objective objective,
        int patience,
        double improvement
    )
    {
        var (best, idle, times) = (double.NegativeInfinity, 0, 0);
        foreach (var evaluation in history.Where(e => e.Step <= step && e.Step % steps.StepsPerEpoch == 0))
        {
            double score = objective.Score(evaluation.Metrics);
            if (score > best + improvement)
                (best, idle) = (score, 0);
            else if (++idle == patience)
                (idle, times) = (0, times + 1);
        }
        return times;
    }
}
