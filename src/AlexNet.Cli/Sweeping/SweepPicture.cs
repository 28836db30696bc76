using Lockstep.Pictures;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace AlexNet.Cli.Sweeping;

/// <summary>Draws what a sweep has found: a row for each setting, with a mark for each run, and the mean with its spread.</summary>
internal static class SweepPicture
{
    private const int RowHeight = 84,
        Above = 60,
        Below = 110,
        Right = 50,
        Gap = 24,
        MostNames = 420;
    private const double Lower = 0.22; // of a row, by which the mean is below its runs

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="results">At least one has a value.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<SweepResult> results)
    {
        using var plot = PictureStyle.Begin("marks: runs; below: mean and standard deviation");
        string[] names = [.. results.Select(r => PictureStyle.Shortened(r.Setting.Name))];
        int left = (int)Math.Min(MostNames, names.Max(n => PictureFont.WidthOf(n, PictureStyle.TickSize))) + Gap,
            height = Above + Below + results.Count * RowHeight;
        plot.Layout.Fixed(new PixelPadding(left, Right, Below, Above));
        foreach (var (place, result) in results.Index())
        {
            double row = results.Count - 1 - place;
            var runs = plot.Add.Markers(
                result.Values.Select(v => new Coordinates(v, row)).ToArray(),
                MarkerShape.OpenCircle,
                PictureStyle.MarkerSize,
                PictureStyle.Training
            );
            runs.MarkerLineWidth = PictureStyle.Narrow;
            if (result.Mean is not { } mean)
                continue;
            var bar = plot.Add.Line(mean - (result.Spread ?? 0), row - Lower, mean + (result.Spread ?? 0), row - Lower);
            (bar.LineColor, bar.LineWidth) = (PictureStyle.Test, PictureStyle.Broad);
            plot.Add.Marker(mean, row - Lower, MarkerShape.FilledDiamond, PictureStyle.MarkerSize * 1.4f, PictureStyle.Test);
        }

        plot.Axes.Left.TickGenerator = new NumericManual([.. results.Select((_, i) => results.Count - 1.0 - i)], names);
        plot.Axes.Bottom.TickGenerator = PictureStyle.Shares();
        plot.XLabel("test accuracy after the last epoch", PictureStyle.TextSize);
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.SetLimitsY(-0.6, results.Count - 0.4);
        PictureFile.Write(path, PictureStyle.Width, height, canvas =>
            PictureStyle.Render(plot, canvas, new PixelRect(0, PictureStyle.Width, height, 0))
        );
    }
}
