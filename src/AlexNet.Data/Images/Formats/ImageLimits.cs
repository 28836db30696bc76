namespace AlexNet.Data.Images.Formats;

/// <summary>
/// What an image file may ask of memory. A decoder works with at most ten bytes a pixel (four of ours, and six of a progressive JPEG's
/// coefficients), so one image never takes more than about 900 MiB, and a photo of 12 million pixels takes 120.
/// </summary>
public static class ImageLimits
{
    /// <summary>Most bytes of one file.</summary>
    public const int FileBytes = 1 << 28;

    /// <summary>Most pixels of one image: 67,108,864, more than any of ImageNet has.</summary>
    public const int Pixels = 1 << 26;

    /// <summary>Most pixels along one side.</summary>
    public const int Side = 65_535;
}
