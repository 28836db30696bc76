using AlexNet.Core.Recipes;
using AlexNet.Model.Normalisation;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Model.Layers;

/// <summary>y = x / (k + alpha / size * sum of squares over size neighbouring maps)^beta. Source: paper, section 3.3, in the divided form.</summary>
internal static class LocalResponseNormalisation
{
    /// <summary>Normalises samples x (towers * maps) x height x width without looking over a tower's border.</summary>
    public static Tensor WithinTowers(Tensor input, int towers, LrnRecipe lrn) => Apply(input, new LrnPass(towers, lrn));

    /// <summary>
    /// ReLU, normalisation and max-pooling, each where the pass has it: as one operation if it can be, otherwise as three that give the same.
    /// </summary>
    /// <param name="input">samples x (towers * maps) x height x width, in any memory layout.</param>
    /// <param name="pass">What to do.</param>
    /// <returns>samples x (towers * maps) x height x width, or what pooling leaves of them.</returns>
    /// <exception cref="ArgumentException">The input has no four dimensions, the towers do not divide its channels, or the pooling window is larger than it.</exception>
    public static Tensor Apply(Tensor input, LrnPass pass)
    {
        if (input.dim() != 4 || input.shape[1] % pass.Towers != 0)
            throw new ArgumentException($"the input is {string.Join(" x ", input.shape)}; it must be samples x channels x height x width, with channels that {pass.Towers} towers divide.", nameof(input));
        if (pass.Pool is { } pool && pool.Kernel > Math.Min(input.shape[2], input.shape[3]))
            throw new ArgumentException($"the input is {string.Join(" x ", input.shape)}; a pooling window of {pool.Kernel} x {pool.Kernel} does not fit it.", nameof(input));
        if (!SimdLrn.Takes(input))
            return Composed(input, pass);
        if (input.Layout() == MemoryLayout.Other)
            input = input.contiguous();
        return pass.Lrn is null && (pass.Pool is null || !SimdLrn.Pools(input.Layout(), pass.Pool)) ? Composed(input, pass) : InOnePass(input, pass);
    }

    private static Tensor InOnePass(Tensor input, LrnPass pass)
    {
        bool poolsApart = pass.Pool is { } pool && !SimdLrn.Pools(input.Layout(), pool);
        var output = SimdLrnFunction.apply(input, poolsApart ? pass with { Pool = null } : pass);
        return poolsApart ? Pooled(output, pass) : output;
    }

    private static Tensor Composed(Tensor input, LrnPass pass)
    {
        var rectified = pass.Rectify ? input.relu() : input;
        return Pooled(pass.Lrn is null ? rectified
            : ComposedLrnFunction.apply(rectified.unflatten(1, pass.Towers, input.shape[1] / pass.Towers), pass.Lrn).flatten(1, 2), pass);
    }

    private static Tensor Pooled(Tensor output, LrnPass pass) => pass.Pool is { } pool ? functional.max_pool2d(output, pool.Kernel, pool.Stride) : output;
}
