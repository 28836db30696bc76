namespace AlexNet.Data.Samples;

/// <summary>
/// Which image is wanted, and in which version: augmentation is a function of this key and the seed, and of nothing else (law 1).
/// </summary>
/// <param name="Index">The image's place in its set.</param>
/// <param name="Epoch">The epoch, from 1, in which training sees it; 0 for a version that evaluation sees.</param>
/// <param name="View">What evaluation sees of it: 0 the middle, 1 to 10 the <see cref="TenViews"/>; training has no views.</param>
public readonly record struct SampleKey(int Index, int Epoch, int View = 0)
{
    /// <summary>The image as evaluation sees it, which is always the same.</summary>
    public static SampleKey Evaluation(int index, int view = 0) => new(index, Epoch: 0, view);
}
