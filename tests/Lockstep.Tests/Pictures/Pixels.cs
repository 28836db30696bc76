using SkiaSharp;

namespace Lockstep.Tests.Pictures;

/// <summary>A picture file, decoded.</summary>
internal sealed class Pixels(string path) : IDisposable
{
    private readonly SKBitmap _bitmap = SKBitmap.Decode(path);

    public int Width => _bitmap.Width;

    public int Height => _bitmap.Height;

    /// <summary>Red, green and blue at a place.</summary>
    public (byte Red, byte Green, byte Blue) this[int x, int y] => _bitmap.GetPixel(x, y) is var c ? (c.Red, c.Green, c.Blue) : default;

    /// <summary>Every place of exactly this colour.</summary>
    public IReadOnlyList<(int X, int Y)> Where(string colour)
    {
        var sought = SKColor.Parse(colour);
        return
        [
            .. from y in Enumerable.Range(0, Height)
            from x in Enumerable.Range(0, Width)
            where _bitmap.GetPixel(x, y) == sought
            select (x, y),
        ];
    }

    public void Dispose() => _bitmap.Dispose();
}
