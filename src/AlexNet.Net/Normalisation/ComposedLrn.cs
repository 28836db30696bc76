using AlexNet.Recipes;
using static TorchSharp.torch;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// Local response normalisation out of libtorch's own operations, for what <see cref="SimdLrn"/> does not compute: tensors on a GPU, and
/// other element types. A window's sum is made of shifted views, so a pass is about twenty elementwise operations; libtorch's own, built on
/// a 3-D average pool, is far from that. A kernel for the GPU would take the place of this class.
/// </summary>
internal static class ComposedLrn
{
    /// <summary>samples x towers x maps x height x width -> the same.</summary>
    public static Tensor Forward(Tensor input, LrnRecipe lrn)
    {
        using var scope = NewDisposeScope();
        var x = Wide(input);
        return (x * InversePower(Scale(x, lrn), lrn.Beta)).to(input.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of the input, from that of the output; both of its shape.</summary>
    public static Tensor Backward(Tensor input, Tensor gradient, LrnRecipe lrn)
    {
        using var scope = NewDisposeScope();
        var x = Wide(input);
        var scale = Scale(x, lrn);
        var direct = Wide(gradient) * InversePower(scale, lrn.Beta);
        var shared = WindowSum((direct * x).div_(scale), lrn.Size);
        return direct.sub_(shared.mul_(x).mul_(2 * lrn.Beta * lrn.Alpha / lrn.Size)).to(input.dtype).MoveToOuterDisposeScope();
    }

    // 16-bit types are computed in fp32: eight bits are too few for sums of squares.
    private static Tensor Wide(Tensor tensor) => tensor.dtype == ScalarType.Float64 ? tensor : tensor.to(ScalarType.Float32);

    private static Tensor Scale(Tensor input, LrnRecipe lrn) => WindowSum(input * input, lrn.Size).mul_(lrn.Alpha / lrn.Size).add_(lrn.K);

    // s^-0.75 = s^-0.5 * (s^-0.5)^0.5: a logarithm and an exponential less
    private static Tensor InversePower(Tensor scale, double beta)
    {
        if (beta != ThreeQuarterPower.Beta)
            return scale.pow(-beta);
        var root = scale.rsqrt();
        return root.mul_(root.sqrt());
    }

    private static Tensor WindowSum(Tensor values, int size)
    {
        const int maps = 2;
        var sum = values.clone();
        for (int shift = 1; shift <= size / 2 && shift < values.shape[maps]; shift++)
        {
            long shared = values.shape[maps] - shift;
            sum.narrow(maps, 0, shared).add_(values.narrow(maps, shift, shared));
            sum.narrow(maps, shift, shared).add_(values.narrow(maps, 0, shared));
        }
        return sum;
    }
}
