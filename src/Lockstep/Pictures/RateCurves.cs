using ScottPlot;

namespace Lockstep.Pictures;

/// <summary>The learning rates of runs. Where none of them changes, numbers say as much as a panel.</summary>
internal sealed class RateCurves(IReadOnlyList<PlottedRun> runs)
{
    private const double WideRange = 20, // from which rates are drawn by their logarithms
        Room = 1.15;

    /// <summary>Whether no run changes its rate.</summary>
    public bool AreConstant => runs.All(r => r.History.Steps.All(s => s.Rate == r.History.Steps[0].Rate));

    /// <summary>The rate of a run that does not change it.</summary>
    public string Text(PlottedRun run) => LogarithmicTicks.Text(run.History.Steps[0].Rate);

    /// <summary>A panel of the rates.</summary>
    public Plot Draw()
    {
        var plot = StepPanels.Panel("", "learning rate");
        double[] rates = [.. runs.SelectMany(r => r.History.Steps).Select(s => s.Rate).Where(r => r > 0)];
        bool logarithmic = rates.Length > 0 && rates.Max() > WideRange * rates.Min();
        foreach (var (place, run) in runs.Index())
        {
            var points = run.History.Steps.Select(s => new Coordinates(s.Step, logarithmic ? Math.Log10(s.Rate) : s.Rate));
            StepPanels.Line(plot, Curve.Thinned(Curve.Finite(points)), PictureStyle.ColourOf(place), PictureStyle.Broad);
        }

        if (logarithmic)
        {
            var (low, high) = (Math.Log10(rates.Min() / Room), Math.Log10(rates.Max() * Room));
            plot.Axes.Left.TickGenerator = LogarithmicTicks.Between(low, high);
            plot.Axes.SetLimitsY(low, high);
        }
        else if (rates.Length > 0)
        {
            plot.Axes.SetLimitsY(0, rates.Max() * Room);
        }

        return plot;
    }
}
