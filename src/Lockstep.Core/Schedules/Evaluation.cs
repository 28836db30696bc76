using System.Text.Json.Serialization;
using Lockstep.Core.Metrics;

namespace Lockstep.Core.Schedules;

/// <summary>What was measured of the weights of a step. As JSON, the metrics stand beside the step.</summary>
/// <param name="Step">Updates that the weights had seen.</param>
/// <param name="Metrics">What was measured.</param>
[JsonConverter(typeof(EvaluationJson))]
public sealed record Evaluation(long Step, MetricValues Metrics)
{
    /// <summary>The best of a run, the earliest of equal ones; null before the first.</summary>
    public static Evaluation? BestOf(IEnumerable<Evaluation> history, Objective objective) =>
        history.MaxBy(e => objective.Score(e.Metrics));
}
