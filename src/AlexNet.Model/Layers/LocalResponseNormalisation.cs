using AlexNet.Core.Recipes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Model.Layers;

/// <summary>y = x / (k + alpha / size * sum of squares over size neighbouring maps)^beta. Source: paper, section 3.3, in the divided form.</summary>
internal static class LocalResponseNormalisation
{
    /// <summary>
    /// Normalises samples x (towers * maps) x height x width without looking over a tower's border: towers become samples, which costs no copy.
    /// </summary>
    public static Tensor WithinTowers(Tensor input, int towers, LrnRecipe lrn)
    {
        var (samples, channels, height, width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3]);
        var byTower = input.reshape(samples * towers, channels / towers, height, width);
        var output = functional.local_response_norm(byTower, lrn.Size, lrn.Alpha, lrn.Beta, lrn.K);
        return output.reshape(samples, channels, height, width);
    }
}
