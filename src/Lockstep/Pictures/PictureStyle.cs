using Lockstep.Views;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Lockstep.Pictures;

/// <summary>
/// Sizes and colours of all pictures. A picture is legible where it is printed 8 cm wide: its type is then some 6 points high. Neighbouring
/// colours differ in brightness too, so that they can be told apart in grey print and by the colour blind; lines of several runs also
/// differ in their marks.
/// </summary>
internal static class PictureStyle
{
    /// <summary>The width of a picture of curves in pixels.</summary>
    public const int Width = 1000;

    /// <summary>The size of type, and that of the numbers along an axis, in a picture of this width.</summary>
    public const float TextSize = 28,
        TickSize = 26;

    /// <summary>The width of a line that matters, and of one that is only compared with.</summary>
    public const float Broad = 4,
        Narrow = 2;

    public const float MarkerSize = 13;

    private const int LongestName = 24;
    private const float LabelGap = 8; // more than the library leaves between the numbers of an axis and its label
    private const double FewTicks = 0.6;

    /// <summary>What a run has trained on, and what it was tested on.</summary>
    public static readonly Color Training = new("#082f57"),
        Test = new("#d55e00");

    /// <summary>The area below a line; lines on it are seen.</summary>
    public static readonly Color Area = new("#a9c3dc");

    /// <summary>What nothing was measured of, such as a perfect result.</summary>
    public static readonly Color Reference = new("#595959");

    private static readonly Color[] Colours = [Training, Test, new("#000000"), new("#3a94cc"), new("#7a3b8f"), new("#009e73")];
    private static readonly MarkerShape[] Shapes =
    [
        MarkerShape.FilledCircle,
        MarkerShape.FilledSquare,
        MarkerShape.FilledTriangleUp,
        MarkerShape.FilledDiamond,
        MarkerShape.OpenCircle,
        MarkerShape.OpenSquare,
        MarkerShape.Cross,
    ];

    /// <summary>The colour of one of several lines.</summary>
    public static Color ColourOf(int line) => Colours[line % Colours.Length];

    /// <summary>The mark of one of several lines; colours and marks together repeat late.</summary>
    public static MarkerShape ShapeOf(int line) => Shapes[line % Shapes.Length];

    /// <summary>A name that leaves room for others.</summary>
    public static string Shortened(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";

    /// <summary>Ticks of an axis of shares, 0 to 1, which are read as percentages.</summary>
    public static NumericAutomatic Shares() =>
        new() { LabelFormatter = share => RunProgress.Invariant($"{share:P0}"), TickDensity = FewTicks };

    /// <summary>Draws a plot once. The library draws a new plot twice, to settle its axes; both would be in an SVG.</summary>
    /// <param name="plot">What to draw.</param>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="place">The plot's place on it.</param>
    public static void Render(Plot plot, SKCanvas canvas, PixelRect place)
    {
        using (var nowhere = new SKNoDrawCanvas((int)place.Right, (int)place.Bottom))
            plot.Render(nowhere, place);
        plot.Render(canvas, place);
    }

    /// <summary>Begins a plot in this style.</summary>
    /// <param name="title">Above it.</param>
    public static Plot Begin(string title)
    {
        PictureFont.Use();
        var plot = new Plot();
        plot.Title(title, TextSize);
        plot.Axes.Title.Label.Bold = false;
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom, plot.Axes.Top, plot.Axes.Right })
        {
            axis.TickLabelStyle.FontSize = TickSize;
            (axis.Label.FontSize, axis.Label.Bold) = (TextSize, false);
            (axis.MajorTickStyle.Length, axis.MinorTickStyle.Length) = (8, 0);
        }

        plot.Axes.Left.Label.OffsetX = -LabelGap;
        plot.Legend.FontSize = TextSize;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.SymbolWidth = 46;
        return plot;
    }
}
