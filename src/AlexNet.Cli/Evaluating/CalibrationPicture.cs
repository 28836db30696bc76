using AlexNet.Net.Predictions;
using Lockstep.Pictures;
using Lockstep.Views;
using ScottPlot;

namespace AlexNet.Cli.Evaluating;

/// <summary>
/// Draws whether a net is right as often as it says (a reliability diagram): a bar for the accuracy of each bin of confidences, and below,
/// the share of the samples in each.
/// </summary>
internal static class CalibrationPicture
{
    private const int Height = 760,
        SharesHeight = 330;
    private const double BarShare = 0.92; // of the width of its bin

    private static readonly PixelPadding Padding = new(145, 48, 60, 60),
        LowerPadding = new(145, 48, 96, 20);

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="calibration">What was counted.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, Calibration calibration)
    {
        var bins = calibration.Bins;
        using var accuracy = Accuracy(calibration, bins);
        using var shares = Shares(bins);
        PictureFile.Write(path, PictureStyle.Width, Height + SharesHeight, canvas =>
        {
            PictureStyle.Render(accuracy, canvas, new PixelRect(0, PictureStyle.Width, Height, 0));
            PictureStyle.Render(shares, canvas, new PixelRect(0, PictureStyle.Width, Height + SharesHeight, Height));
        });
    }

    private static Plot Accuracy(Calibration calibration, IReadOnlyList<CalibrationBin> bins)
    {
        var plot = Panel(
            double.IsNaN(calibration.Error)
                ? "no sample has a result"
                : RunProgress.Invariant($"expected calibration error {calibration.Error:P2} over {bins.Count} bins")
        );
        plot.Layout.Fixed(Padding);
        Bars(plot, bins, b => b.Accuracy ?? 0);
        var perfect = plot.Add.Line(0, 0, 1, 1);
        (perfect.LineColor, perfect.LineWidth, perfect.LinePattern) = (PictureStyle.Reference, PictureStyle.Narrow, LinePattern.Dashed);
        perfect.LegendText = "as often as it says";
        Coordinates[] means = [.. bins.Where(b => b.Samples > 0).Select(b => new Coordinates(b.Confidence ?? 0, b.Accuracy ?? 0))];
        var dots = plot.Add.Markers(means, MarkerShape.FilledCircle, PictureStyle.MarkerSize, PictureStyle.Test);
        dots.LegendText = "mean of a bin";
        plot.YLabel("share that is right", PictureStyle.TextSize);
        plot.Axes.SetLimits(0, 1, 0, 1.02);
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    private static Plot Shares(IReadOnlyList<CalibrationBin> bins)
    {
        var plot = Panel("");
        plot.Layout.Fixed(LowerPadding);
        double all = Math.Max(1, bins.Sum(b => b.Samples));
        Bars(plot, bins, b => b.Samples / all);
        plot.XLabel("confidence of the answer", PictureStyle.TextSize);
        plot.YLabel("samples", PictureStyle.TextSize);
        plot.Axes.SetLimits(0, 1, 0, Math.Max(0.01, bins.Max(b => b.Samples) / all * 1.1));
        return plot;
    }

    private static Plot Panel(string title)
    {
        var plot = PictureStyle.Begin(title);
        plot.RenderManager.ClearCanvasBeforeEachRender = false; // the other panel is on it
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom })
            axis.TickGenerator = PictureStyle.Shares();
        return plot;
    }

    private static void Bars(Plot plot, IReadOnlyList<CalibrationBin> bins, Func<CalibrationBin, double> height)
    {
        Bar[] drawn =
        [
            .. bins.Where(b => b.Samples > 0)
                .Select(b => new Bar
                {
                    Position = (b.From + b.To) / 2,
                    Value = height(b),
                    Size = (b.To - b.From) * BarShare,
                    FillColor = PictureStyle.Area,
                    LineWidth = 0,
                }),
        ];
        plot.Add.Bars(drawn);
    }
}
