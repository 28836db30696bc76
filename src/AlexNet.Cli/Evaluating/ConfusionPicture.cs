using AlexNet.Cli.Pictures;
using AlexNet.Net.Predictions;
using Lockstep.Pictures;
using Lockstep.Views;
using ScottPlot;
using ScottPlot.Colormaps;
using ScottPlot.TickGenerators;

namespace AlexNet.Cli.Evaluating;

/// <summary>
/// Draws a confusion matrix: a row for each true class, a column for what it was taken for. A cell's colour is its share of the row, on a
/// scale of square roots, which shows a confusion of one in a hundred too.
/// </summary>
internal static class ConfusionPicture
{
    private const int TitleHeight = 64,
        LabelHeight = 50,
        ScaleWidth = 190,
        NumberWidth = 60,
        Gap = 16,
        LeastWidth = 560;
    private const double DarkShare = 0.3; // from which counts are white

    private static readonly double[] ScaleShares = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1];
    private static readonly Color[] Colours =
    [
        new("#ffffff"),
        new("#d6e6f4"),
        new("#8cbfdd"),
        new("#3d8dc3"),
        new("#1361a9"),
        new("#08306b"),
    ];

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="report">What an evaluation found.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, EvaluationReport report)
    {
        var layout = MatrixLayout.For(report.Classes.Count);
        string[] names = [.. report.Classes.Select(c => PictureStyle.Shortened(c.Name))];
        int namesWidth = layout.HasNames ? (int)names.Max(n => PictureFont.WidthOf(n, layout.NameSize)) : NumberWidth;
        var padding = new PixelPadding(namesWidth + Gap + LabelHeight, ScaleWidth, namesWidth + Gap + LabelHeight, TitleHeight);
        int width = Math.Max(LeastWidth, layout.Pixels + (int)padding.Horizontal),
            height = layout.Pixels + (int)padding.Vertical;

        using var plot = PictureStyle.Begin(
            RunProgress.Invariant($"{report.Tally.Top1:P2} of {report.Tally.Samples:N0} samples are right")
        );
        // the names of the axes lie beyond those of the classes
        (plot.Axes.Bottom.MinimumSize, plot.Axes.Left.MinimumSize) = (padding.Bottom, padding.Left);
        plot.Layout.Fixed(new PixelRect(padding.Left, padding.Left + layout.Pixels, padding.Top + layout.Pixels, padding.Top));
        plot.XLabel("taken for", PictureStyle.TextSize);
        plot.YLabel("true class", PictureStyle.TextSize);
        Cells(plot, report.Tally.Confusion, layout);
        Axes(plot, names, layout);
        PictureFile.Write(path, width, height, canvas => PictureStyle.Render(plot, canvas, new PixelRect(0, width, height, 0)));
    }

    private static void Cells(Plot plot, ConfusionMatrix matrix, MatrixLayout layout)
    {
        double[,] shares = Shares(matrix);
        var heatmap = plot.Add.Heatmap(SquareRoots(shares));
        heatmap.Colormap = new Custom(Colours, true);
        heatmap.ManualRange = new(0, 1);
        heatmap.Smooth = false;
        var scale = plot.Add.ColorBar(heatmap);
        scale.Label = "share of the true class";
        (scale.LabelStyle.FontSize, scale.LabelStyle.Bold) = (PictureStyle.TextSize, false);
        scale.Axis.TickLabelStyle.FontSize = PictureStyle.TickSize;
        scale.Axis.TickGenerator = new NumericManual(
            [.. ScaleShares.Select(Math.Sqrt)],
            [.. ScaleShares.Select(s => RunProgress.Invariant($"{s:P0}"))]
        );

        int most = Enumerable.Range(0, matrix.Classes).Max(a => matrix.RowOf(a).ToArray().Max());
        if (layout.CountSize($"{most}".Length) is { } size)
            Counts(plot, matrix, shares, size);
    }

    private static void Counts(Plot plot, ConfusionMatrix matrix, double[,] shares, float size)
    {
        for (int actual = 0; actual < matrix.Classes; actual++)
        {
            for (int predicted = 0; predicted < matrix.Classes; predicted++)
            {
                if (matrix[actual, predicted] is > 0 and var count)
                {
                    var text = plot.Add.Text($"{count}", predicted, matrix.Classes - 1 - actual);
                    text.LabelFontSize = size;
                    text.LabelAlignment = Alignment.MiddleCenter;
                    text.LabelFontColor = shares[actual, predicted] > DarkShare ? ScottPlot.Colors.White : ScottPlot.Colors.Black;
                }
            }
        }
    }

    private static void Axes(Plot plot, string[] names, MatrixLayout layout)
    {
        int last = layout.Classes - 1;
        int[] labels = [.. layout.HasNames ? Enumerable.Range(0, layout.Classes) : layout.NumberedLabels()];
        string[] words = [.. labels.Select(l => layout.HasNames ? names[l] : $"{l}")];
        plot.Axes.Left.TickGenerator = new NumericManual([.. labels.Select(l => (double)(last - l))], words);
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. labels.Select(l => (double)l)], words);
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom })
        {
            axis.TickLabelStyle.FontSize = layout.NameSize;
            axis.MajorTickStyle.Length = layout.HasNames ? 0 : 4;
        }
        if (layout.HasNames)
            (plot.Axes.Bottom.TickLabelStyle.Rotation, plot.Axes.Bottom.TickLabelStyle.Alignment) = (-90, Alignment.MiddleRight);
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, last + 0.5, -0.5, last + 0.5);
    }

    private static double[,] Shares(ConfusionMatrix matrix)
    {
        int[] samples = [.. Enumerable.Range(0, matrix.Classes).Select(a => Math.Max(1, matrix.SamplesOf(a)))];
        double[,] shares = new double[matrix.Classes, matrix.Classes];
        for (int actual = 0; actual < matrix.Classes; actual++)
        {
            for (int predicted = 0; predicted < matrix.Classes; predicted++)
                shares[actual, predicted] = (double)matrix[actual, predicted] / samples[actual];
        }

        return shares;
    }

    private static double[,] SquareRoots(double[,] shares)
    {
        double[,] roots = new double[shares.GetLength(0), shares.GetLength(1)];
        for (int row = 0; row < roots.GetLength(0); row++)
        {
            for (int column = 0; column < roots.GetLength(1); column++)
                roots[row, column] = Math.Sqrt(shares[row, column]);
        }

        return roots;
    }
}
