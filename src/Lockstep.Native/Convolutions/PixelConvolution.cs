using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv = TorchSharp.Modules.Convolution;

namespace Lockstep.Native.Convolutions;

/// <summary>What a module of TorchSharp's convolutions computes, over channels that lie pixel after pixel.</summary>
internal static class PixelConvolution
{
    /// <param name="module">A convolution of one group, of one, two or three dimensions; it may be a transposed one.</param>
    /// <param name="x">[N, channels, ...].</param>
    /// <returns>[N, channels, ...], pixel after pixel too.</returns>
    public static Tensor Of(Conv module, Tensor x)
    {
        Tensor weight = module.weight;
        var (stride, dilation, added) = (module.stride, module.dilation, module.output_padding);
        long[] padding = Padding(module);
        if (module.padding_mode != PaddingModes.Zeros || module.padding_type is not null)
            (x, padding) = (Padded(module, x), new long[padding.Length]);
        bool isLine = x.dim() == 3; // computed as an image of one row
        if (isLine)
        {
            (x, weight) = (x.unsqueeze(2), weight.unsqueeze(2));
            (stride, dilation) = ([1, stride[0]], [1, dilation[0]]);
            (padding, added) = ([0, padding[0]], [0, added.ElementAtOrDefault(0)]);
        }

        if (module.in_channels == 1) // which lies in the same order both ways, so that the blocks would come back
            (x, weight) = (cat([x, zeros_like(x)], 1), TwoInputs(module, weight));
        if (added.Any(a => a > 0) && dilation.All(d => d == 1))
            (weight, added) = (Grown(weight, added), new long[added.Length]);
        x = PixelAfterPixel(x);
        var y = (x.dim(), module.transposed) switch
        {
            (4, false) => functional.conv2d(x, weight, module.bias, stride, padding, dilation),
            (4, true) => functional.conv_transpose2d(x, weight, module.bias, stride, padding, added, dilation: dilation),
            (_, false) => functional.conv3d(x, weight, module.bias, stride, padding, dilation),
            _ => functional.conv_transpose3d(x, weight, module.bias, stride, padding, added, dilation: dilation),
        };
        return isLine ? y.squeeze(2) : y;
    }

    private static Tensor PixelAfterPixel(Tensor x) =>
        x.dim() == 4
            ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
            : x.permute(0, 2, 3, 4, 1).contiguous().permute(0, 4, 1, 2, 3);

    /// <summary>The weights with a second input channel of zeros.</summary>
    private static Tensor TwoInputs(Conv module, Tensor weight) => cat([weight, zeros_like(weight)], module.transposed ? 0 : 1);

    /// <summary>
    /// Kernels of a transposed convolution with zeros behind, which give the added outputs just as well. oneDNN 3.7.1 writes past its
    /// memory where it adds outputs that no kernel reaches (kernel 1, stride 2, one added, pixel after pixel).
    /// </summary>
    private static Tensor Grown(Tensor weight, long[] added) =>
        functional.pad(weight, [.. added.Reverse().SelectMany(a => new[] { 0, a })]);

    private static long[] Padding(Conv module) => module.padding is { Length: > 0 } padding ? padding : new long[module.kernel_size.Length];

    /// <summary>The input with its border: of another mode than zeros, or as wide as keeps the size (the odd one behind).</summary>
    private static Tensor Padded(Conv module, Tensor x)
    {
        var sides = new List<long>();
        for (int d = module.kernel_size.Length - 1; d >= 0; d--) // the last dimension first
        {
            long all = module.padding_type switch
            {
                TorchSharp.Padding.Same => module.dilation[d] * (module.kernel_size[d] - 1),
                TorchSharp.Padding.Valid => 0,
                _ => 2 * Padding(module)[d],
            };
            sides.AddRange([all / 2, all - all / 2]);
        }

        return sides.TrueForAll(s => s == 0) ? x : functional.pad(x, [.. sides], module.padding_mode);
    }
}
