using AlexNet.Net.Predictions;
using Lockstep.Pictures;
using Lockstep.Views;
using ScottPlot;

namespace AlexNet.Cli.Evaluating;

/// <summary>Draws a ROC curve beside that of chance.</summary>
internal static class RocPicture
{
    private const int Height = 960;
    private const double Margin = 0.01; // so that a curve along the border is seen

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="roc">The curve.</param>
    /// <param name="positive">The name of the positive class.</param>
    /// <param name="negative">The name of the other one.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, RocCurve roc, string positive, string negative)
    {
        using var plot = PictureStyle.Begin(RunProgress.Invariant($"area under the ROC curve {roc.Area:0.0000}"));
        plot.Layout.Fixed(new PixelPadding(145, 48, 100, 60));
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom })
            axis.TickGenerator = PictureStyle.Shares();
        var chance = plot.Add.Line(0, 0, 1, 1);
        (chance.LineColor, chance.LineWidth, chance.LinePattern) = (PictureStyle.Reference, PictureStyle.Narrow, LinePattern.Dashed);
        chance.LegendText = "chance";
        var curve = plot.Add.ScatterLine(
            roc.Points.Select(p => new Coordinates(p.FalsePositives, p.TruePositives)).ToArray(),
            PictureStyle.Training
        );
        (curve.LineWidth, curve.LegendText) = (PictureStyle.Broad, "this net");
        plot.XLabel($"share of '{PictureStyle.Shortened(negative)}' taken for '{PictureStyle.Shortened(positive)}'", PictureStyle.TextSize);
        plot.YLabel($"share of '{PictureStyle.Shortened(positive)}' that is found", PictureStyle.TextSize);
        plot.Axes.SetLimits(-Margin, 1 + Margin, -Margin, 1 + Margin);
        plot.ShowLegend(Alignment.LowerRight);
        PictureFile.Write(path, PictureStyle.Width, Height, canvas =>
            PictureStyle.Render(plot, canvas, new PixelRect(0, PictureStyle.Width, Height, 0))
        );
    }
}
