using AlexNet.Data.Generated.Figures;
using AlexNet.Recipes;
using Lockstep.Core.Randomness;

namespace AlexNet.Data.Generated;

/// <summary>Draws one picture: a ramp of colours, clutter, one figure, a little clutter on top, and grain.</summary>
internal static class Picture
{
    /// <summary>Grows with every change of a pixel, so that workers of different versions do not train together.</summary>
    public const int Version = 1;

    /// <summary>The grain's elements are numbered by pixel, so it has a stream of its own beside everything else's at step 0.</summary>
    private const int GrainStep = 1;

    /// <summary>Tangent of half the largest rotation, 45 degrees to either side.</summary>
    private const double MostTurn = 0.414;

    /// <summary>What the first ten classes show, in order of their labels.</summary>
    public static IReadOnlyList<string> Figures { get; } =
    ["disc", "ring", "square", "triangle", "cross", "star", "crescent", "heart", "arrow", "stripes"];

    /// <summary>Draws one picture.</summary>
    /// <param name="random">The stream of the split; the picture takes its own part of it.</param>
    /// <param name="sample">Index of the picture in its split.</param>
    /// <param name="label">Its class.</param>
    /// <param name="grouped">Whether there are more than ten classes, so that colours carry a part of the label.</param>
    /// <param name="shape">Size of the picture.</param>
    /// <param name="pixels">Receives it, channels x height x width.</param>
    public static void Draw(RandomStream random, int sample, int label, bool grouped, MapShape shape, Span<byte> pixels)
    {
        var canvas = new Canvas(shape, pixels);
        var draws = new Draws(random.At(0, sample));
        var palette = grouped ? Palette.OfGroup(label / Figures.Count, ref draws) : Palette.Free(ref draws);

        canvas.FillRamp(palette.Background, palette.BackgroundEnd, draws.Between(-1, 1));
        PaintClutter(canvas, shape, draws.Integer(2, 5), ref draws);
        PaintFigure(canvas, label % Figures.Count, FigurePose(shape, ref draws), palette);
        PaintClutter(canvas, shape, draws.Integer(0, 1), ref draws);
        canvas.AddGrain(random.At(GrainStep, sample), draws.Integer(8, 40));
    }

    private static Pose FigurePose(MapShape shape, ref Draws draws)
    {
        double radius = Math.Min(shape.Height, shape.Width) * draws.Between(0.28, 0.42);
        double margin = 0.85 * radius; // a tip may leave the picture, the figure may not
        double x = draws.Between(margin, shape.Width - margin),
            y = draws.Between(margin, shape.Height - margin);
        return Pose.Turned(x, y, radius, draws.Between(0.85, 1.17), draws.Between(-MostTurn, MostTurn));
    }

    private static void PaintFigure(Canvas canvas, int figure, Pose pose, Palette palette)
    {
        var (top, bottom) = (palette.Figure, palette.FigureEnd);
        switch (figure)
        {
            case 0:
                canvas.Paint<Disc>(pose, top, bottom);
                break;
            case 1:
                canvas.Paint<Ring>(pose, top, bottom);
                break;
            case 2:
                canvas.Paint<Square>(pose, top, bottom);
                break;
            case 3:
                canvas.Paint<Triangle>(pose, top, bottom);
                break;
            case 4:
                canvas.Paint<Cross>(pose, top, bottom);
                break;
            case 5:
                canvas.Paint<Star>(pose, top, bottom);
                break;
            case 6:
                canvas.Paint<Crescent>(pose, top, bottom);
                break;
            case 7:
                canvas.Paint<Heart>(pose, top, bottom);
                break;
            case 8:
                canvas.Paint<Arrow>(pose, top, bottom);
                break;
            case 9:
                canvas.Paint<Stripes>(pose, top, bottom);
                break;
        }
    }

    /// <summary>Dots and dashes of any colour, so that neither a bright pixel nor a count of edges gives the class away.</summary>
    private static void PaintClutter(Canvas canvas, MapShape shape, int pieces, ref Draws draws)
    {
        double size = Math.Min(shape.Height, shape.Width);
        for (int i = 0; i < pieces; i++)
        {
            bool dot = draws.Coin();
            double radius = size * (dot ? draws.Between(0.025, 0.06) : draws.Between(0.06, 0.14));
            double x = draws.Between(0, shape.Width),
                y = draws.Between(0, shape.Height);
            var pose = Pose.Turned(x, y, radius, 1, draws.Between(-1, 1));
            var colour = draws.Colour(0, 255);
            if (dot)
                canvas.Paint<Disc>(pose, colour, colour);
            else
                canvas.Paint<Dash>(pose, colour, colour);
        }
    }
}
