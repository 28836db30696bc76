using AlexNet.Data.Images.Formats;
using AlexNet.Data.Images.Frames;

namespace AlexNet.Data.Images.Decoding;

/// <summary>How much of a large JPEG's resize is left to its decoder, which then has far less to do.</summary>
internal static class Shrinkage
{
    /// <summary>
    /// What remains for the filter, in source pixels for each resized one. With 3 no photo differs by more than one grey level in the mean
    /// from what it is without shrinking (0.4 over 120 photos, the worst 0.8); with 2 it would be 0.7, the worst 1.7 (benchmarks/loader).
    /// </summary>
    private const int LeastRatio = 3;

    /// <summary>1, 2, 4 or 8.</summary>
    public static int Of(EncodedImage image, in Frame frame)
    {
        if (image.Format != ImageFormat.Jpeg)
            return 1;
        double ratio = Math.Min(
            frame.Columns(image.Width, 1, image.Orientation).Ratio,
            frame.Rows(image.Height, 1, image.Orientation).Ratio
        );
        int shrink = 8;
        while (shrink > 1 && ratio < shrink * LeastRatio)
            shrink /= 2;
        return shrink;
    }
}
