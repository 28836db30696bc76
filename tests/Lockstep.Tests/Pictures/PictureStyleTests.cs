using Lockstep.Pictures;
using ScottPlot;

namespace Lockstep.Tests.Pictures;

public class PictureStyleTests
{
    private const double Graphic = 3; // the least contrast of graphics to what is beside them: WCAG 2.1, 1.4.11

    private static readonly Color White = new("#ffffff");

    [Fact]
    public void Training_and_test_are_told_apart_in_grey_too() =>
        Assert.True(Contrast(PictureStyle.Training, PictureStyle.Test) >= Graphic, $"{Contrast(PictureStyle.Training, PictureStyle.Test)}");

    [Fact]
    public void Lines_are_seen_on_white_and_beside_their_neighbours() => Assert.All(Enumerable.Range(0, 12), line =>
        {
            Assert.True(Contrast(PictureStyle.ColourOf(line), White) >= Graphic, $"{line}: {Contrast(PictureStyle.ColourOf(line), White)}");
            Assert.True(Contrast(PictureStyle.ColourOf(line), PictureStyle.ColourOf(line + 1)) > 2, $"{line}");
        });

    [Fact]
    public void Lines_of_many_runs_differ_in_colour_or_mark() =>
        Assert.Equal(42, Enumerable.Range(0, 42).Select(i => (PictureStyle.ColourOf(i), PictureStyle.ShapeOf(i))).Distinct().Count());

    [Fact]
    public void Type_is_legible_in_a_column_of_eight_centimetres() =>
        Assert.True(PictureStyle.TickSize / PictureStyle.Width * 80 / 25.4 * 72 > 5.8, "points");

    /// <summary>Of the relative luminances, as WCAG 2.1 defines them.</summary>
    private static double Contrast(Color a, Color b)
    {
        double[] sorted = [.. new[] { Luminance(a), Luminance(b) }.Order()];
        return (sorted[1] + 0.05) / (sorted[0] + 0.05);
    }

    private static double Luminance(Color colour) => 0.2126 * Linear(colour.R) + 0.7152 * Linear(colour.G) + 0.0722 * Linear(colour.B);

    private static double Linear(byte level) =>
        level / 255.0 is var share && share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
}
