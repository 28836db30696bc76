namespace AlexNet.Data.Generated;

/// <summary>
/// The colours of a picture. With ten classes the figure alone tells the class, and colours are free; with more, each group of ten classes
/// has its own pair of hues.
/// </summary>
internal readonly record struct Palette(Colour Background, Colour BackgroundEnd, Colour Figure, Colour FigureEnd)
{
    /// <summary>Least difference of brightness between a figure and what it lies on; either may be the brighter one.</summary>
    private const int LeastContrast = 64;

    private static readonly Colour[] Hues =
    [
        new(255, 30, 30),
        new(255, 130, 0),
        new(250, 225, 0),
        new(130, 230, 0),
        new(0, 190, 90),
        new(0, 215, 225),
        new(30, 110, 255),
        new(120, 60, 235),
        new(250, 80, 200),
        new(190, 190, 190),
    ];

    /// <summary>
    /// How many groups of ten classes can be told apart: hue of figure, hue of background, and which of the two is bright.
    /// </summary>
    public static int Groups => 2 * Hues.Length * Hues.Length;

    /// <summary>Any two colours of enough contrast.</summary>
    public static Palette Free(ref Draws draws)
    {
        var background = draws.Colour(15, 240);
        var end = draws.Near(background, 60);
        for (int attempt = 0; attempt < 16; attempt++)
        {
            var figure = draws.Colour(0, 255);
            if (Math.Abs(figure.Luma - background.Luma) >= LeastContrast && Math.Abs(figure.Luma - end.Luma) >= LeastContrast)
                return new(background, end, figure, draws.Near(figure, 25));
        }
        var last = background.Luma < 128 ? new Colour(235, 235, 235) : new Colour(20, 20, 20);
        return new(background, end, last, draws.Near(last, 20));
    }

    /// <summary>The pair of hues of one group of classes, a little varied.</summary>
    public static Palette OfGroup(int group, ref Draws draws)
    {
        var (figureHue, backgroundHue) = (Hues[group % Hues.Length], Hues[group / Hues.Length % Hues.Length]);
        bool brightFigure = group < Hues.Length * Hues.Length;
        var figure = draws.Near(Toned(figureHue, brightFigure), 15);
        var background = draws.Near(Toned(backgroundHue, !brightFigure), 15);
        return new(background, draws.Near(background, 20), figure, draws.Near(figure, 15));
    }

    private static Colour Toned(Colour hue, bool bright) => bright ? hue.Scaled(190, 65) : hue.Scaled(85, 0);
}
