using Lockstep.Views;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Lockstep.Pictures;

/// <summary>The axis of steps, and above it, where all runs have equally long epochs, the axis of epochs.</summary>
/// <param name="Last">The last step that is shown.</param>
/// <param name="StepsOfEpoch">The steps of an epoch; null where it is not known, or not the same in all runs.</param>
/// <param name="Label">Below the axis.</param>
internal sealed record StepAxis(double Last, double? StepsOfEpoch, string Label)
{
    private const int MostEpochTicks = 9;
    private const float LabelOffset = 32; // towards the numbers, between which and itself the title would stand
    private const double Room = 1.01; // beyond the last step

    /// <summary>Whether epochs are shown.</summary>
    public bool HasEpochs => StepsOfEpoch is not null;

    /// <param name="runs">One or more.</param>
    /// <param name="label">Below the axis.</param>
    public static StepAxis Of(IReadOnlyList<PlottedRun> runs, string label)
    {
        double[] lengths =
        [
            .. runs.Select(r => r.History.Epochs)
                .Where(epochs => epochs.Count > 0)
                .Select(epochs => (double)epochs[^1].Step / epochs[^1].Epoch)
                .Distinct(),
        ];
        return new(runs.Max(r => r.History.Steps[^1].Step), lengths is [> 0 and var length] ? length : null, label);
    }

    /// <summary>The epochs that have a tick, at the ends of which it stands.</summary>
    public IReadOnlyList<int> EpochTicks()
    {
        if (StepsOfEpoch is not { } length)
            return [];
        int epochs = (int)(Last * Room / length);
        int[] choices = [.. Enumerable.Range(0, 7).SelectMany(power => new[] { 1, 2, 5 }.Select(step => step * (int)Math.Pow(10, power)))];
        int every = choices.FirstOrDefault(c => epochs / c <= MostEpochTicks, choices[^1]);
        return [.. Enumerable.Range(1, epochs / every).Select(i => i * every)];
    }

    /// <summary>Gives a panel its axes.</summary>
    /// <param name="plot">The panel.</param>
    /// <param name="isFirst">It has the epochs above it.</param>
    /// <param name="isLast">It has the steps below it.</param>
    public void Put(Plot plot, bool isFirst, bool isLast)
    {
        double end = Math.Max(1, Last) * Room;
        plot.Axes.SetLimitsX(0, end);
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic
        {
            IntegerTicksOnly = true,
            LabelFormatter = step => RunProgress.Invariant($"{step:N0}"),
        };
        plot.Axes.Bottom.TickLabelStyle.IsVisible = isLast;
        if (isLast)
        {
            plot.XLabel(Label, PictureStyle.TextSize);
            plot.Axes.Bottom.Label.Bold = false;
        }

        if (!isFirst || StepsOfEpoch is not { } length)
            return;
        var epochs = EpochTicks();
        plot.Axes.SetLimitsX(0, end, plot.Axes.Top);
        plot.Axes.Top.TickGenerator = new NumericManual([.. epochs.Select(e => e * length)], [.. epochs.Select(e => $"{e}")]);
        (plot.Axes.Top.Label.Text, plot.Axes.Top.Label.OffsetY) = ("epoch", LabelOffset);
    }
}
