using SkiaSharp;

namespace Cluster.Tests.Training;

/// <summary>A folder of small pictures as people keep them: wrapped, nested, in four formats, one broken, other files among them.</summary>
internal static class MessyFolder
{
    private const int Side = 40,
        PerClass = 24;

    private static readonly (SKEncodedImageFormat Format, string Extension)[] Formats =
    [
        (SKEncodedImageFormat.Png, ".png"),
        (SKEncodedImageFormat.Jpeg, ".JPG"),
        (SKEncodedImageFormat.Webp, ".webp"),
    ];

    /// <summary>Writes it, and returns its path.</summary>
    public static string Write(string directory)
    {
        for (int i = 0; i < PerClass; i++)
        {
            Picture(Path.Combine(directory, "wrapped/dark", i % 2 == 0 ? "deeper" : "", $"{i}"), i, SKColors.DarkBlue);
            Picture(Path.Combine(directory, "wrapped/light/warm", $"{i}"), i, SKColors.LightYellow);
        }

        File.WriteAllBytes(Path.Combine(directory, "wrapped/dark/cut-off.bmp"), "BM, and then nothing"u8.ToArray());
        File.WriteAllText(Path.Combine(directory, "wrapped/dark/notes.txt"), "no picture");
        return directory;
    }

    private static void Picture(string path, int number, SKColor colour)
    {
        var (format, extension) = Formats[number % Formats.Length];
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        using var bitmap = new SKBitmap(Side + number, Side);
        bitmap.Erase(colour);
        bitmap.SetPixel(number, number, SKColors.Red);
        using var image = bitmap.Encode(format, 90);
        File.WriteAllBytes(path + extension, image.ToArray());
    }
}
