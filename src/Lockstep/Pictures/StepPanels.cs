using Lockstep.Views;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace Lockstep.Pictures;

/// <summary>Panels one below the other, step under step.</summary>
internal static class StepPanels
{
    private const int Width = 1000;

    /// <summary>Writes panels as one picture, and disposes of them.</summary>
    /// <param name="path">A .png or .svg file.</param>
    /// <param name="panels">From top to bottom, with their heights in pixels.</param>
    /// <param name="last">The last step that is shown.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<(Plot Plot, int Height)> panels, double last)
    {
        PictureFont.Use();
        foreach (var (plot, _) in panels)
        {
            plot.Axes.SetLimitsX(0, Math.Max(1, last) * 1.01);
            plot.Layout.Fixed(new PixelPadding(78, 24, 42, 38));
            plot.Axes.Bottom.TickGenerator = new NumericAutomatic
            {
                IntegerTicksOnly = true,
                LabelFormatter = step => RunProgress.Invariant($"{step:N0}"),
            };
        }
        panels[^1].Plot.XLabel("step", 13);
        PictureFile.Write(path, Width, panels.Sum(p => p.Height), canvas =>
        {
            int top = 0;
            foreach (var (plot, height) in panels)
                plot.Render(canvas, new PixelRect(0, Width, (top += height), top - height));
        });
        foreach (var (plot, _) in panels)
            plot.Dispose();
    }

    /// <summary>Begins a panel.</summary>
    /// <param name="what">The quantity that the panel shows.</param>
    /// <param name="how">The way in which it is shown; empty where nothing needs to be said.</param>
    public static Plot Panel(string what, string how)
    {
        PictureFont.Use();
        var plot = new Plot();
        plot.RenderManager.ClearCanvasBeforeEachRender = false; // the other panels are on it
        plot.Title(how.Length > 0 ? $"{what}  ({how})" : what, 13);
        plot.Axes.Title.Label.Bold = false;
        return plot;
    }

    public static Scatter Line(Plot plot, Coordinates[] points, Color colour, float width)
    {
        var line = plot.Add.ScatterLine(points, colour);
        line.LineWidth = width;
        return line;
    }

    /// <summary>Ticks of an axis whose values are logarithms of base 10.</summary>
    /// <param name="format">The format of the numbers that they stand for.</param>
    public static NumericAutomatic Powers(string format) =>
        new()
        {
            IntegerTicksOnly = true,
            LabelFormatter = power => Math.Pow(10, power).ToString(format, System.Globalization.CultureInfo.InvariantCulture),
        };
}
