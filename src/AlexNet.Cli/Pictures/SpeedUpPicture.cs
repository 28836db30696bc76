using AlexNet.Recipes;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Texts;
using Lockstep.Pictures;
using Lockstep.Views;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace AlexNet.Cli.Pictures;

/// <summary>
/// Draws what planned layouts gain over one worker, for 1, 2, 4, ... workers, beside the published figures of the hybrid of 2014.
/// </summary>
internal static class SpeedUpPicture
{
    private const int Height = 760;

    /// <summary>Workers and speed-up at batch 128 a worker. Source: Krizhevsky 2014, table 1: NVIDIA K20, one host.</summary>
    private static readonly Coordinates[] Published = [Point(2, 1.95), Point(4, 3.74), Point(8, 6.25)];

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="alone">One worker.</param>
    /// <param name="planned">All layouts of each number of workers.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, Prediction alone, IReadOnlyList<Prediction> planned)
    {
        using var plot = PictureStyle.Begin($"{PictureStyle.Shortened(alone.Recipe.Name)}: images/s as a multiple of one worker's");
        int most = planned.Max(p => p.Topology.Workers);
        Coordinates[] ends = [Point(1, 1), Point(most, most)];
        var ideal = plot.Add.ScatterLine(ends, PictureStyle.Reference);
        (ideal.LinePattern, ideal.LegendText) = (LinePattern.Dotted, "as many times as workers");
        var kinds = planned.GroupBy(KindOf).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        foreach (var (kind, i) in kinds.Select((k, i) => (k, i)))
        {
            var best = kind.GroupBy(p => p.Topology.Workers)
                .OrderBy(g => g.Key)
                .Select(g => g.MaxBy(p => p.ImagesPerSecond))
                .OfType<Prediction>();
            var line = plot.Add.Scatter(
                best.Select(p => Point(p.Topology.Workers, p.ImagesPerSecond / alone.ImagesPerSecond)).ToArray(),
                PictureStyle.ColourOf(i)
            );
            (line.LegendText, line.LineWidth) = (kind.Key, PictureStyle.Broad);
            (line.MarkerShape, line.MarkerSize) = (PictureStyle.ShapeOf(i), PictureStyle.MarkerSize);
        }
        var published = plot.Add.Markers(Published, MarkerShape.OpenDiamond, 20, Colors.Black);
        published.LegendText = "published hybrid, 2014 (8 K20s in a host)";
        int last = (int)Math.Log2(Math.Max(most, 8)); // the published ones among them
        plot.Axes.Bottom.SetTicks(
            [.. Enumerable.Range(0, last + 1).Select(power => (double)power)],
            [.. Enumerable.Range(0, last + 1).Select(power => Power(power))]
        );
        plot.Axes.SetLimitsX(-0.5, last + 0.5);
        plot.Axes.Left.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true, LabelFormatter = Power };
        plot.XLabel("workers", PictureStyle.TextSize);
        plot.ShowLegend(Alignment.UpperLeft);
        PictureFile.Write(path, PictureStyle.Width, Height, canvas =>
            PictureStyle.Render(plot, canvas, new PixelRect(0, PictureStyle.Width, Height, 0))
        );
    }

    private static string KindOf(Prediction p) =>
        p.Recipe.Layout.Plan == LayoutPlan.Hybrid ? "hybrid"
        : p.Topology.Shards == 1 ? "data"
        : $"towers in {Count.Of(p.Topology.Shards, "shard")}";

    private static string Power(double exponent) =>
        RunProgress.Invariant($"{(exponent < 0 ? "1/" : "")}{Math.Pow(2, Math.Abs(exponent)):0}");

    private static Coordinates Point(double workers, double speedUp) => new(Math.Log2(workers), Math.Log2(speedUp));
}
