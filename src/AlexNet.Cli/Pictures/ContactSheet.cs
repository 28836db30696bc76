using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Augmentation;
using Lockstep.Pictures;
using SkiaSharp;

namespace AlexNet.Cli.Pictures;

/// <summary>
/// Draws training pictures as the net sees them, before their mean is subtracted: a row for each sample, first as an evaluation would see
/// it, then as the first epochs see it, each differently.
/// </summary>
/// <param name="recipe">Resize and augmentation.</param>
/// <param name="set">The data set.</param>
/// <param name="samples">Indices of training images.</param>
/// <param name="epochs">Columns besides the first.</param>
internal sealed class ContactSheet(Recipe recipe, DataSet set, IReadOnlyList<int> samples, int epochs)
{
    private const int Margin = 16,
        Gap = 6,
        Heading = 24,
        Caption = 22,
        LeastTile = 112;
    private const float TextSize = 14;

    private readonly MapShape _shape = set.Train.Shape;
    private readonly ColourNoise _noise = new(recipe.Data.Augmentation.ColourNoise, recipe.Seed);

    public int Width => 2 * Margin + (1 + epochs) * (TileWidth + Gap) - Gap;

    public int Height => 2 * Margin + Heading + samples.Count * RowHeight;

    private int Scale => Math.Max(1, (LeastTile + _shape.Width - 1) / _shape.Width);

    private int TileWidth => _shape.Width * Scale;

    private int TileHeight => _shape.Height * Scale;

    private int RowHeight => TileHeight + Caption + Gap;

    /// <param name="canvas">A white canvas.</param>
    public void Draw(SKCanvas canvas)
    {
        using var font = PictureFont.Of(TextSize);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        for (int epoch = 0; epoch <= epochs; epoch++)
            canvas.DrawText(epoch == 0 ? "evaluation" : $"epoch {epoch}", Left(epoch), Margin + TextSize, SKTextAlign.Left, font, ink);
        for (int row = 0; row < samples.Count; row++)
        {
            int top = Margin + Heading + row * RowHeight,
                index = samples[row];
            for (int epoch = 0; epoch <= epochs; epoch++)
                DrawTile(canvas, new(index, epoch), Left(epoch), top);
            string caption = $"{set.ClassNames[set.Train.LabelOf(index)]}: {set.Train.NameOf(index)}";
            canvas.DrawText(
                caption[..(int)Math.Min(caption.Length, font.BreakText(caption, Width - 2 * Margin))],
                Margin,
                top + TileHeight + TextSize + 1,
                SKTextAlign.Left,
                font,
                ink
            );
        }
    }

    private int Left(int column) => Margin + column * (TileWidth + Gap);

    private void DrawTile(SKCanvas canvas, SampleKey sample, int left, int top)
    {
        float[]? offsets = _noise.Offsets(sample.Epoch, [sample.Index]);
        SampleImage.Draw(canvas, set.Train, sample, SKRect.Create(left, top, TileWidth, TileHeight), offsets);
    }
}
