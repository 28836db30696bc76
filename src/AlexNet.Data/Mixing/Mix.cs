using AlexNet.Data.Images.Augmenting;

namespace AlexNet.Data.Mixing;

/// <summary>What one sample is mixed of.</summary>
/// <param name="Partner">The index of the other image.</param>
/// <param name="Parts">Of <see cref="Whole"/>: the weight of the first image's pixels where all are mixed, and of its label.</param>
/// <param name="Box">The rectangle that is the other's; null where every pixel is of both.</param>
internal readonly record struct Mix(int Partner, int Parts, PixelBox? Box)
{
    /// <summary>Shares are whole numbers of this many parts, so that bytes are mixed exactly.</summary>
    public const int Whole = 256;

    /// <summary>A sample that is not mixed.</summary>
    public static Mix None { get; } = new(-1, Whole, null);

    public bool IsNone => Partner < 0;
}
