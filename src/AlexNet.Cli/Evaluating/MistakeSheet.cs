using AlexNet.Cli.Pictures;
using AlexNet.Data.Samples;
using Lockstep.Core.Texts;
using Lockstep.Pictures;
using Lockstep.Views;
using SkiaSharp;

namespace AlexNet.Cli.Evaluating;

/// <summary>
/// Draws the pictures on which a net was most certain and wrong, as it saw their middle, each with its class, what it was taken for, and
/// with what confidence.
/// </summary>
/// <param name="report">What an evaluation found; at least one mistake.</param>
/// <param name="pictures">The set that was evaluated.</param>
internal sealed class MistakeSheet(EvaluationReport report, IImageSet pictures)
{
    private const int Columns = 4,
        Margin = 20,
        Gap = 20,
        Tile = (PictureStyle.Width - 2 * Margin - (Columns - 1) * Gap) / Columns,
        Line = 32,
        Heading = 56,
        Lines = 3; // below each picture

    public static int Width => PictureStyle.Width;

    public int Height => Margin + Heading + Rows * RowHeight;

    private int Rows => (report.Worst.Count + Columns - 1) / Columns;

    private static int RowHeight => Tile + Lines * Line + Gap + Margin;

    /// <param name="path">A .png or .svg file.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public void Write(string path) => PictureFile.Write(path, Width, Height, Draw);

    private void Draw(SKCanvas canvas)
    {
        using var font = PictureFont.Of(PictureStyle.TickSize);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        canvas.DrawText(
            $"the {report.Worst.Count} most confident of {Count.Of(report.Mistakes, "mistake")}: class → answer",
            Margin,
            Margin + PictureStyle.TextSize,
            SKTextAlign.Left,
            font,
            ink
        );
        for (int i = 0; i < report.Worst.Count; i++)
        {
            int left = Margin + i % Columns * (Tile + Gap),
                top = Margin + Heading + i / Columns * RowHeight;
            var (index, actual, answer) = report.Worst[i].Mistake;
            SampleImage.Draw(canvas, pictures, SampleKey.Evaluation(index), Fitted(left, top));
            string[] caption =
            [
                report.Classes[actual].Name,
                $"→ {report.Classes[answer.Label].Name}",
                RunProgress.Invariant($"{answer.Confidence:P1}"),
            ];
            for (int line = 0; line < caption.Length; line++)
            {
                string text = PictureFont.Fitted(caption[line], font, Tile);
                canvas.DrawText(text, left, top + Tile + (line + 1) * Line, SKTextAlign.Left, font, ink);
            }
        }
    }

    /// <summary>The picture's place in its tile, in its own proportions.</summary>
    private SKRect Fitted(int left, int top)
    {
        var (width, height) = (pictures.Shape.Width, pictures.Shape.Height);
        float scale = (float)Tile / Math.Max(width, height);
        return SKRect.Create(left + (Tile - width * scale) / 2, top + (Tile - height * scale) / 2, width * scale, height * scale);
    }
}
