using Lockstep.Core.Metrics;
using ScottPlot;

namespace Lockstep.Pictures;

/// <summary>The losses of one phase of a run.</summary>
/// <param name="Phase">Its name; empty where steps have no phases.</param>
/// <param name="Steps">Of each training step.</param>
/// <param name="Smoothed">The same, averaged.</param>
/// <param name="Test">Of the test set after each epoch.</param>
internal sealed record PhaseLosses(string Phase, Coordinates[] Steps, Coordinates[] Smoothed, Coordinates[] Test)
{
    /// <summary>All phases of a run, in the order of their first steps. Losses that are not numbers are left out.</summary>
    public static IReadOnlyList<PhaseLosses> Of(PlottedRun run) =>
        [
            .. run
                .History.Steps.GroupBy(s => s.Phase)
                .Select(phase =>
                {
                    var steps = Curve.Finite(phase.Select(s => new Coordinates(s.Step, s.Loss)));
                    return new PhaseLosses(phase.Key, steps, Curve.Smoothed(steps), EpochDots.Of(run, MetricNames.LossOf(phase.Key)));
                }),
        ];

    /// <summary>What a line is called that belongs to the phase.</summary>
    public string Named(string what) => Phase.Length == 0 ? what : $"{what}, {Phase}";
}
