using SkiaSharp;

namespace AlexNet.Data.Tests.Folders;

/// <summary>Writes BMP files, for tests that need a picture without loss.</summary>
internal static class BitmapFile
{
    private const int HeaderBytes = 54;

    /// <summary>24 bits a pixel, the lowest row first, rows filled up to four bytes.</summary>
    public static byte[] Of(SKBitmap bitmap)
    {
        int stride = (3 * bitmap.Width + 3) / 4 * 4,
            bytes = stride * bitmap.Height;
        var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("BM"u8);
        foreach (
            int field in new[]
            {
                HeaderBytes + bytes,
                0,
                HeaderBytes,
                40,
                bitmap.Width,
                bitmap.Height,
                1 | (24 << 16),
                0,
                bytes,
                0,
                0,
                0,
                0,
            }
        )
        {
            writer.Write(field);
        }

        for (int y = bitmap.Height - 1; y >= 0; y--)
            writer.Write(Row(bitmap, y, stride));
        return file.ToArray();
    }

    private static byte[] Row(SKBitmap bitmap, int y, int stride)
    {
        byte[] row = new byte[stride];
        for (int x = 0; x < bitmap.Width; x++)
        {
            (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (
                bitmap.GetPixel(x, y).Blue,
                bitmap.GetPixel(x, y).Green,
                bitmap.GetPixel(x, y).Red
            );
        }

        return row;
    }
}
