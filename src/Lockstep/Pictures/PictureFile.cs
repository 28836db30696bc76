using Lockstep.Core.Errors;
using Lockstep.Storage.Files;
using SkiaSharp;

namespace Lockstep.Pictures;

/// <summary>Writes what is drawn as PNG or SVG, by the extension of the file's name; as PNG into a device or a pipe.</summary>
internal static class PictureFile
{
    /// <param name="path">The file; replaced if it is there, and its directory made if it is not.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="draw">Draws on white.</param>
    /// <exception cref="BadInputException">The extension is another.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, int width, int height, Action<SKCanvas> draw)
    {
        RefuseOther(path);
        if (IsSvg(path))
            OutputFile.Write(path, file => WriteSvg(file, width, height, draw));
        else
            OutputFile.Write(path, file => WritePng(file, width, height, draw));
    }

    /// <param name="path">The file to write.</param>
    /// <param name="option">The option that named it.</param>
    /// <exception cref="BadInputException">The extension is neither .png nor .svg.</exception>
    public static void RefuseOther(string path, string option = "--out")
    {
        if (!IsSvg(path) && !HasExtension(path, ".png") && !OutputFile.TakesBytes(path))
            throw new BadInputException($"{option} '{path}' ends in '{Path.GetExtension(path)}'; pictures are written as .png or .svg.");
    }

    private static void WritePng(Stream file, int width, int height, Action<SKCanvas> draw)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(SKColors.White);
        draw(surface.Canvas);
        using var picture = surface.Snapshot();
        using var png = picture.Encode(SKEncodedImageFormat.Png, 100);
        png.SaveTo(file);
    }

    private static void WriteSvg(Stream file, int width, int height, Action<SKCanvas> draw)
    {
        using var written = new MemoryStream(); // Skia's own stream looks back at what it wrote
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), written))
        {
            using var white = new SKPaint { Color = SKColors.White };
            canvas.DrawRect(0, 0, width, height, white); // a dark page would hide black type
            draw(canvas);
        }

        written.WriteTo(file);
    }

    private static bool IsSvg(string path) => HasExtension(path, ".svg");

    private static bool HasExtension(string path, string extension) =>
        Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);
}
