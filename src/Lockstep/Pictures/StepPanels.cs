using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Lockstep.Pictures;

/// <summary>Panels one below the other, step under step: epochs stand above the first, steps below the last.</summary>
internal static class StepPanels
{
    private const int LeftRoom = 165,
        RightRoom = 50,
        InnerRoom = 22,
        TitleRoom = 50,
        EpochsRoom = 96,
        StepsRoom = 100;

    /// <summary>Writes panels as one picture, and disposes of them.</summary>
    /// <param name="path">A .png or .svg file.</param>
    /// <param name="panels">From top to bottom, with the heights in pixels of what lies within their frames.</param>
    /// <param name="steps">The axis of all panels.</param>
    /// <param name="key">Drawn below them; null for nothing.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<(Plot Plot, int Height)> panels, StepAxis steps, RunKey? key = null)
    {
        var heights = new List<int>();
        foreach (var (place, (plot, inner)) in panels.Index())
        {
            bool isFirst = place == 0,
                isLast = place == panels.Count - 1;
            int above = (isFirst && steps.HasEpochs ? EpochsRoom : InnerRoom) + (plot.Axes.Title.Label.Text.Length > 0 ? TitleRoom : 0),
                below = isLast ? StepsRoom : InnerRoom;
            plot.Layout.Fixed(new PixelPadding(LeftRoom, RightRoom, below, above));
            heights.Add(inner + above + below);
            steps.Put(plot, isFirst, isLast);
        }

        PictureFile.Write(path, PictureStyle.Width, heights.Sum() + (key?.Height ?? 0), canvas => Draw(canvas, panels, heights, key));
        foreach (var (plot, _) in panels)
            plot.Dispose();
    }

    /// <summary>Begins a panel.</summary>
    /// <param name="title">Above it; empty where nothing needs to be said.</param>
    /// <param name="label">The quantity that the panel shows, along its axis.</param>
    public static Plot Panel(string title, string label)
    {
        var plot = PictureStyle.Begin(title);
        plot.RenderManager.ClearCanvasBeforeEachRender = false; // the other panels are on it
        plot.YLabel(label, PictureStyle.TextSize);
        plot.Axes.Left.Label.Bold = false;
        plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = LogarithmicTicks.Text };
        return plot;
    }

    /// <summary>A remark within a panel.</summary>
    public static void Note(Plot plot, string text, Alignment place)
    {
        var note = plot.Add.Annotation(text, place);
        (note.LabelFontSize, note.LabelShadowColor) = (PictureStyle.TickSize, Colors.Transparent);
        (note.LabelBackgroundColor, note.LabelBorderWidth) = (Colors.White.WithAlpha(0.8), 0);
    }

    public static Scatter Line(Plot plot, Coordinates[] points, Color colour, float width)
    {
        var line = plot.Add.ScatterLine(points, colour);
        line.LineWidth = width;
        return line;
    }

    private static void Draw(SKCanvas canvas, IReadOnlyList<(Plot Plot, int Height)> panels, List<int> heights, RunKey? key)
    {
        int top = 0;
        foreach (var (place, (plot, _)) in panels.Index())
        {
            PictureStyle.Render(plot, canvas, new PixelRect(0, PictureStyle.Width, top + heights[place], top));
            top += heights[place];
        }

        key?.Draw(canvas, top, LeftRoom);
    }
}
