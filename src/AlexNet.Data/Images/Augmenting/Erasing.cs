using AlexNet.Data.Images.Frames;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Randomness;

namespace AlexNet.Data.Images.Augmenting;

/// <summary>Fills a rectangle of some pictures with the mean colour, by draws of (seed, epoch, sample) alone (law 1).</summary>
internal sealed class Erasing(DataRecipe data, long seed)
{
    private const int ShareDraw = 0,
        AreaDraw = 1,
        AspectDraw = 2,
        LeftDraw = 3,
        TopDraw = 4;

    private readonly RandomStream _random = new(seed, "erasing");

    /// <param name="sample">The image, and its epoch.</param>
    /// <param name="pixels">Channels x height x width.</param>
    public void Apply(SampleKey sample, Span<byte> pixels)
    {
        if (data.Augmentation.Erasing is not { } recipe)
            return;
        var draws = _random.At(sample.Epoch, sample.Index);
        if (draws.Uniform(ShareDraw) >= recipe.Share)
            return;
        var box = PixelBox.Of(
            data.Width,
            data.Height,
            recipe.LeastArea + draws.Uniform(AreaDraw) * (recipe.MostArea - recipe.LeastArea),
            Aspect.Of(draws.Uniform(AspectDraw), recipe.MostAspect),
            draws.Uniform(LeftDraw),
            draws.Uniform(TopDraw)
        );
        for (int channel = 0; channel < data.Channels; channel++)
        {
            double mean = data.Mean[data.Mean.Count == 1 ? 0 : channel];
            for (int row = box.Top; row < box.Top + box.Height; row++)
                pixels.Slice((channel * data.Height + row) * data.Width + box.Left, box.Width).Fill((byte)(255 * mean + 0.5));
        }
    }
}
