using AlexNet.Net.Normalisation;
using AlexNet.Recipes;
using Lockstep.Torch.Memory;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Net.Layers;

/// <summary>
/// What follows a convolution's sums: ReLU, local response normalisation and max-pooling. The normalisation is
/// y = x / (k + alpha / size * sum of squares over size neighbouring maps)^beta. Source: paper, section 3.3, in the divided form.
/// </summary>
internal static class ConvEpilogues
{
    /// <summary>Normalises samples x (towers * maps) x height x width without looking over a tower's border.</summary>
    public static Tensor WithinTowers(Tensor input, int towers, LrnRecipe lrn) => Apply(input, new ConvEpilogue(towers, lrn));

    /// <summary>
    /// ReLU, normalisation and max-pooling, each where the layer has it: as one operation if it can be, otherwise as three that give the
    /// same.
    /// </summary>
    /// <param name="input">samples x (towers * maps) x height x width, in any memory layout.</param>
    /// <param name="epilogue">The operations of the epilogue.</param>
    /// <returns>samples x (towers * maps) x height x width, or what pooling leaves of them.</returns>
    /// <exception cref="ArgumentException">The input has no four dimensions, the towers do not divide its channels, or the pooling window
    /// is larger than it.</exception>
    public static Tensor Apply(Tensor input, ConvEpilogue epilogue)
    {
        if (input.dim() != 4 || input.shape[1] % epilogue.Towers != 0)
        {
            throw new ArgumentException(
                $"the input is {string.Join(" x ", input.shape)}; it must be samples x channels x height x width, with channels that "
                    + $"{epilogue.Towers} towers divide.",
                nameof(input)
            );
        }

        if (epilogue.Pool is { } pool && pool.Kernel > Math.Min(input.shape[2], input.shape[3]))
        {
            throw new ArgumentException(
                $"the input is {string.Join(" x ", input.shape)}; a pooling window of {pool.Kernel} x {pool.Kernel} does not fit it.",
                nameof(input)
            );
        }

        if (!SimdLrn.Takes(input))
            return Composed(input, epilogue);
        if (input.Layout() == MemoryLayout.Other)
            input = input.contiguous();
        return epilogue.Lrn is null && (epilogue.Pool is null || !SimdLrn.Pools(input.Layout(), epilogue.Pool))
            ? Composed(input, epilogue)
            : InOnePass(input, epilogue);
    }

    private static Tensor InOnePass(Tensor input, ConvEpilogue epilogue)
    {
        bool poolsApart = epilogue.Pool is { } pool && !SimdLrn.Pools(input.Layout(), pool);
        var output = SimdLrnFunction.apply(input, poolsApart ? epilogue with { Pool = null } : epilogue);
        return poolsApart ? Pooled(output, epilogue) : output;
    }

    private static Tensor Composed(Tensor input, ConvEpilogue epilogue)
    {
        var rectified = epilogue.Rectify ? input.relu() : input;
        return Pooled(
            epilogue.Lrn is null
                ? rectified
                : ComposedLrnFunction
                    .apply(rectified.unflatten(1, epilogue.Towers, input.shape[1] / epilogue.Towers), epilogue.Lrn)
                    .flatten(1, 2),
            epilogue
        );
    }

    private static Tensor Pooled(Tensor output, ConvEpilogue epilogue) =>
        epilogue.Pool is { } pool ? functional.max_pool2d(output, pool.Kernel, pool.Stride) : output;
}
