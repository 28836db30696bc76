using AlexNet.Recipes.Pictures;
using Lockstep.Core.Randomness;

namespace AlexNet.Recipes.Augmentation;

/// <summary>
/// Draws the colour noise of samples, from (seed, epoch, sample) alone (law 1); plain IEEE operations, so that the offsets are equal on
/// every machine.
/// Source: Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", section 4.1.
/// </summary>
public sealed class ColourNoise
{
    /// <summary>Red, green and blue; as many as there are axes.</summary>
    public const int Colours = ColourNoiseRecipe.Colours;

    private readonly ColourNoiseRecipe? _recipe;
    private readonly RandomStream _random;

    /// <param name="recipe">What is drawn; null for nothing.</param>
    /// <param name="seed">The run's seed.</param>
    public ColourNoise(ColourNoiseRecipe? recipe, long seed) => (_recipe, _random) = (recipe, new(seed, "colour-noise"));

    /// <summary>Offsets of samples: samples x <see cref="Colours"/>, in 0..255 units; null where an epoch has no noise.</summary>
    /// <param name="epoch">From 1; 0 in an evaluation.</param>
    /// <param name="samples">Global indices.</param>
    public float[]? Offsets(int epoch, ReadOnlySpan<int> samples)
    {
        if (_recipe is null || epoch == 0 || epoch > _recipe.UntilEpoch)
            return null;
        float[] offsets = new float[samples.Length * Colours];
        for (int i = 0; i < samples.Length; i++)
            Draw(_recipe, _random.At(epoch, samples[i]), offsets.AsSpan(i * Colours, Colours));
        return offsets;
    }

    private static void Draw(ColourNoiseRecipe recipe, RandomStream random, Span<float> offsets)
    {
        Span<double> sums = stackalloc double[Colours];
        sums.Clear();
        for (int axis = 0; axis < Colours; axis++)
        {
            double along = random.Normal(axis) * recipe.Strength * recipe.Deviations[axis];
            for (int colour = 0; colour < Colours; colour++)
                sums[colour] += along * recipe.Axes[axis][colour];
        }
        for (int colour = 0; colour < Colours; colour++)
            offsets[colour] = (float)sums[colour];
    }
}
