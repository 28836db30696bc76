using System.Runtime.InteropServices;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Pictures;
using Lockstep.Storage.Checkpoints;
using SkiaSharp;

namespace AlexNet.Cli.Pictures;

/// <summary>
/// Draws the filters of a net's first layer as figure 3 of the 2012 paper does: rows of sixteen, one block for each tower, every weight a
/// square of pixels. Several towers have a caption each.
/// Each filter is scaled to its own largest weight, and a weight of zero is mid-grey; three channels are red, green and blue.
/// </summary>
internal sealed class FilterSheet
{
    private const int Columns = 16,
        Margin = 16,
        Gap = 4,
        TowerGap = 28,
        TileSize = 44,
        CaptionHeight = 36;
    private const float CaptionSize = 24;
    private const byte Zero = 128;

    private readonly LayerShape _layer;
    private readonly int _kernel,
        _scale;

    /// <param name="layer">A convolution of one or three channels.</param>
    public FilterSheet(LayerShape layer)
    {
        (_layer, _kernel) = (
            layer,
            layer.Recipe is ConvRecipe conv
                ? conv.Kernel
                : throw new ArgumentException($"layer '{layer.Name}' has no filters.", nameof(layer))
        );
        _scale = Math.Max(1, TileSize / _kernel);
    }

    public int Width =>
        2 * Margin
        + Math.Max(
            Math.Min(Columns, FiltersOf(0).Length) * (Tile + Gap) - Gap,
            HasCaptions ? (int)Math.Ceiling(Enumerable.Range(0, _layer.Towers).Max(t => PictureFont.WidthOf(Caption(t), CaptionSize))) : 0
        );

    public int Height => 2 * Margin + Enumerable.Range(0, _layer.Towers).Sum(BlockHeight) + (_layer.Towers - 1) * TowerGap;

    private int Tile => _kernel * _scale;

    private bool HasCaptions => _layer.Towers > 1;

    /// <summary>Draws a checkpoint's first layer.</summary>
    /// <param name="path">A .png file.</param>
    /// <param name="recipe">The recipe of the checkpoint's run.</param>
    /// <param name="checkpoint">Its directory.</param>
    /// <exception cref="BadInputException">The net has no filters to draw, or the checkpoint is damaged.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, Recipe recipe, string checkpoint)
    {
        var layer = NetShape.Of(recipe).Layers[0];
        if (layer.Recipe is not ConvRecipe)
            throw new BadInputException($"the first layer, '{layer.Name}', is not a convolution; only a convolution has filters to draw.");
        float[] weights = new float[layer.WeightShape.Aggregate(1L, (product, size) => product * size)];
        using (var tensors = ShardedTensors.Open(checkpoint))
        {
            tensors.Read(
                $"{layer.Name}.weight",
                layer.WeightShape,
                new Extent(0, (int)layer.WeightShape[0]),
                MemoryMarshal.AsBytes(weights.AsSpan())
            );
        }

        if (!weights.All(float.IsFinite))
        {
            throw new BadInputException(
                $"'{checkpoint}': tensor '{layer.Name}.weight' has values that are not finite; the training has diverged. Use an earlier "
                    + "checkpoint."
            );
        }

        var sheet = new FilterSheet(layer);
        PictureFile.Write(path, sheet.Width, sheet.Height, canvas => sheet.Draw(canvas, weights));
    }

    /// <param name="canvas">A white canvas.</param>
    /// <param name="weights">filters x channels x kernel x kernel.</param>
    public void Draw(SKCanvas canvas, ReadOnlySpan<float> weights)
    {
        int top = Margin,
            size = _layer.FanIn;
        using var font = PictureFont.Of(CaptionSize);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        for (int tower = 0; tower < _layer.Towers; tower++)
        {
            var filters = FiltersOf(tower);
            if (HasCaptions)
                canvas.DrawText(Caption(tower), Margin, top + CaptionSize, SKTextAlign.Left, font, ink);
            int first = top + (HasCaptions ? CaptionHeight : 0);
            for (int i = 0; i < filters.Length; i++)
            {
                DrawFilter(
                    canvas,
                    weights.Slice((filters.Start + i) * size, size),
                    Margin + i % Columns * (Tile + Gap),
                    first + i / Columns * (Tile + Gap)
                );
            }

            top += BlockHeight(tower) + TowerGap;
        }
    }

    private void DrawFilter(SKCanvas canvas, ReadOnlySpan<float> filter, int left, int top)
    {
        float largest = 0;
        foreach (float weight in filter)
            largest = Math.Max(largest, Math.Abs(weight));
        int channels = _layer.Input.Channels,
            plane = _kernel * _kernel;
        using var paint = new SKPaint { IsAntialias = false };
        for (int i = 0; i < plane; i++)
        {
            byte red = Level(filter[i], largest);
            paint.Color =
                channels == 1
                    ? new SKColor(red, red, red)
                    : new SKColor(red, Level(filter[plane + i], largest), Level(filter[2 * plane + i], largest));
            canvas.DrawRect(left + i % _kernel * _scale, top + i / _kernel * _scale, _scale, _scale, paint);
        }
    }

    private static byte Level(float weight, float largest) =>
        largest == 0 ? Zero : (byte)MathF.Round(Zero + sbyte.MaxValue * (weight / largest));

    private Extent FiltersOf(int tower) => _layer.OutputsOf(new Extent(tower, 1));

    private int BlockHeight(int tower) =>
        (HasCaptions ? CaptionHeight : 0) + (FiltersOf(tower).Length + Columns - 1) / Columns * (Tile + Gap) - Gap;

    private string Caption(int tower) =>
        FiltersOf(tower) is var filters && filters.Length == 1
            ? $"tower {tower + 1}: filter {filters.Start + 1}"
            : $"tower {tower + 1}: filters {filters.Start + 1} to {filters.Start + filters.Length}";
}
