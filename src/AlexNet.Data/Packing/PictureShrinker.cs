using System.Collections.Concurrent;
using AlexNet.Data.Images;
using AlexNet.Data.Images.Decoding;
using AlexNet.Data.Images.Formats;
using AlexNet.Data.Images.Frames;
using AlexNet.Data.Packed;
using SkiaSharp;

namespace AlexNet.Data.Packing;

/// <summary>
/// Makes a picture's shortest side so many pixels long, with the filter that training uses, and encodes it as JPEG; one that is no larger
/// is kept as it is.
/// Every picture is decoded, so that nothing broken gets into a packed set. Every member may be called from several threads at once.
/// </summary>
/// <param name="size">Pixels of the shortest side.</param>
/// <param name="quality">The quality of the JPEGs, 1 to 100; colours have half the resolution (4:2:0), as in most photos.</param>
internal sealed unsafe class PictureShrinker(int size, int quality)
{
    private const int Channels = 3;

    private readonly ConcurrentBag<Workspace> _free = [];

    /// <exception cref="ImageException">It cannot be used.</exception>
    public PackedPicture Shrink(ImageFile file, int label)
    {
        var workspace = _free.TryTake(out var free) ? free : new() { Turbo = TurboJpeg.IsPresent ? TurboJpeg.Create() : null };
        try
        {
            int bytes = file.Load(workspace.File);
            using var image = EncodedImage.Open(file.Path, workspace.File.Pointer, bytes);
            var (width, height) = image.Upright;
            bool fits = Math.Min(width, height) <= size;
            var (newWidth, newHeight) = fits ? (width, height) : Scaled(width, height);
            byte[] pixels = Resample(image, workspace, newWidth, newHeight);
            return fits
                ? new(new ReadOnlySpan<byte>(image.Content, image.Bytes).ToArray(), Extension(image.Format), label)
                : new(Encode(pixels, newWidth, newHeight), Extension(ImageFormat.Jpeg), label);
        }
        finally
        {
            workspace.Trim();
            _free.Add(workspace);
        }
    }

    /// <summary>As framing resizes.</summary>
    private (int Width, int Height) Scaled(int width, int height) =>
        width <= height ? (size, (int)((long)size * height / width)) : ((int)((long)size * width / height), size);

    private static byte[] Resample(EncodedImage image, Workspace workspace, int width, int height)
    {
        byte[] pixels = new byte[checked(Channels * width * height)];
        workspace.Plan(image, new Frame(new(width, 0, width, Mirrored: false), new(height, 0, height, Mirrored: false)));
        workspace.Resample(ImageReader.Decode(image, workspace), image.Orientation.Transposed, pixels);
        return pixels;
    }

    private byte[] Encode(byte[] pixels, int width, int height)
    {
        using var bitmap = new SKBitmap(SkiaPixels.Info(width, height, SKAlphaType.Opaque));
        using var pixmap = bitmap.PeekPixels();
        Planes.Interleave(pixels, pixmap.GetPixelSpan<uint>());
        using var data = pixmap.Encode(
            new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)
        ) ?? throw new InvalidOperationException($"a picture of {width}x{height} pixels could not be encoded as JPEG.");
        return data.ToArray();
    }

    private static string Extension(ImageFormat format) =>
        format switch
        {
            ImageFormat.Jpeg => "jpg",
            ImageFormat.Png => "png",
            ImageFormat.WebP => "webp",
            _ => "bmp",
        };
}
