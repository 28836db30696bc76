using ScottPlot;
using SkiaSharp;

namespace Lockstep.Pictures;

/// <summary>Which line is which run's, below the panels: a row for each, where it hides nothing.</summary>
/// <param name="Heading">What lines and marks mean.</param>
/// <param name="Rows">The text of each run, in the order of their colours.</param>
internal sealed record RunKey(string Heading, IReadOnlyList<string> Rows)
{
    private const int RowHeight = 42,
        Room = 20,
        SampleWidth = 70,
        Gap = 18;

    public int Height => (1 + Rows.Count) * RowHeight + Room;

    /// <param name="canvas">The canvas of the picture.</param>
    /// <param name="top">Where the key begins.</param>
    /// <param name="left">Where the texts begin.</param>
    public void Draw(SKCanvas canvas, int top, int left)
    {
        using var font = PictureFont.Of(PictureStyle.TickSize);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        int room = PictureStyle.Width - left - Room;
        Text(Heading, top);
        foreach (var (run, row) in Rows.Index())
        {
            int rowTop = top + (run + 1) * RowHeight;
            Sample(canvas, run, left - Gap - SampleWidth, rowTop + RowHeight / 2);
            Text(row, rowTop);
        }

        void Text(string text, int rowTop) =>
            canvas.DrawText(
                PictureFont.Fitted(text, font, room),
                left,
                rowTop + (RowHeight + PictureStyle.TickSize * 0.7f) / 2,
                SKTextAlign.Left,
                font,
                ink
            );
    }

    private static void Sample(SKCanvas canvas, int run, int left, int middle)
    {
        var colour = PictureStyle.ColourOf(run);
        using var paint = new SKPaint
        {
            Color = new SKColor(colour.R, colour.G, colour.B),
            StrokeWidth = PictureStyle.Broad,
            IsAntialias = true,
        };
        canvas.DrawLine(left, middle, left + SampleWidth, middle, paint);
        var marker = new MarkerStyle(PictureStyle.ShapeOf(run), PictureStyle.MarkerSize, colour) { LineWidth = PictureStyle.Narrow };
        using var plain = Paint.NewDisposablePaint();
        marker.Render(canvas, new Pixel(left + SampleWidth / 2f, middle), plain);
    }
}
