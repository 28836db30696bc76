namespace AlexNet.Data.Images;

/// <summary>How much of a large JPEG's resize is left to its decoder, which then has far less to do.</summary>
internal static class Shrinkage
{
    /// <summary>
    /// What remains for the filter, in source pixels for each resized one; below it the result would differ visibly from that of the whole picture
    /// (benchmarks/loader says by how much).
    /// </summary>
    private const int LeastRatio = 2;

    /// <summary>1, 2, 4 or 8.</summary>
    public static int Of(EncodedImage image, in Frame frame)
    {
        if (image.Format != ImageFormat.Jpeg)
            return 1;
        double ratio = Math.Min(frame.Columns(image.Width, 1, image.Orientation).Ratio, frame.Rows(image.Height, 1, image.Orientation).Ratio);
        int shrink = 8;
        while (shrink > 1 && ratio < shrink * LeastRatio)
            shrink /= 2;
        return shrink;
    }
}
