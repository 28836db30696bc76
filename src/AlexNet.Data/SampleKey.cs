namespace AlexNet.Data;

/// <summary>Which image is wanted, and in which version: augmentation is a function of this key and the seed, and of nothing else (law 1).</summary>
/// <param name="Index">The image's place in its set.</param>
/// <param name="Epoch">The epoch, from 1, in which training sees it; 0 for the version that evaluation sees.</param>
public readonly record struct SampleKey(int Index, int Epoch)
{
    /// <summary>The image as evaluation sees it, which is always the same.</summary>
    public static SampleKey Evaluation(int index) => new(index, Epoch: 0);
}
