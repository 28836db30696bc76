using AlexNet.Data.Images.Formats;
using SkiaSharp;

namespace AlexNet.Data.Images.Decoding;

/// <summary>Decodes all formats; of a JPEG only the rows and columns that are needed.</summary>
internal static unsafe class SkiaDecoder
{
    /// <summary>Pixels on each side of a JPEG's region, so that the interpolation of colours finds its neighbours.</summary>
    private const int Margin = 2;

    /// <exception cref="ImageException">Its content is damaged.</exception>
    public static DecodedRegion Decode(EncodedImage image, Workspace workspace) =>
        image.Format == ImageFormat.Jpeg ? DecodeScanlines(image, workspace) : DecodeWhole(image, workspace);

    private static DecodedRegion DecodeScanlines(EncodedImage image, Workspace workspace)
    {
        var (columns, rows) = (workspace.Columns, workspace.Rows);
        int width = workspace.Width,
            height = workspace.Height;
        int left = Math.Max(columns.Start - Margin, 0),
            right = Math.Min(columns.Start + columns.Span + Margin, width);
        int stride = (right - left) * SkiaPixels.Bytes;

        byte* pixels = workspace.TakePixels((long)rows.Span * stride);
        var options = new SKCodecOptions(SKRectI.Create(left, 0, right - left, height));
        var result = image.Codec.StartScanlineDecode(SkiaPixels.Info(width, height, SKAlphaType.Opaque), options);
        if (
            result != SKCodecResult.Success
            || !image.Codec.SkipScanlines(rows.Start)
            || image.Codec.GetScanlines((IntPtr)pixels, rows.Span, stride) < rows.Span
        )
        {
            throw image.Damaged("is damaged");
        }

        return new(pixels + (columns.Start - left) * SkiaPixels.Bytes, stride);
    }

    private static DecodedRegion DecodeWhole(EncodedImage image, Workspace workspace)
    {
        int stride = image.Width * SkiaPixels.Bytes;
        byte* pixels = workspace.TakePixels((long)image.Height * stride);
        var info = SkiaPixels.Info(image.Width, image.Height, image.HasAlpha ? SKAlphaType.Unpremul : SKAlphaType.Opaque);
        var result = image.Codec.GetPixels(info, (IntPtr)pixels);
        if (result != SKCodecResult.Success)
            throw image.Damaged(result == SKCodecResult.IncompleteInput ? "is cut off" : $"is damaged ({result})");
        return new(pixels + workspace.Rows.Start * (long)stride + workspace.Columns.Start * SkiaPixels.Bytes, stride);
    }
}
