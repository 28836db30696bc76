using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv = TorchSharp.Modules.Convolution;

namespace Lockstep.Native.Convolutions;

/// <summary>
/// What a module of TorchSharp's convolutions computes, with channels of zeros that fill the last block of channels: exactly the same,
/// beside outputs that nobody sees.
/// </summary>
internal static class FilledConvolution
{
    private const long Block = 32, // oneDNN takes 16, 32, 48 or 64 channels at once; a part of a block is what it gets wrong
        SmallBlock = 16,
        Picture = 4; // so many channels, and fewer, are not taken in blocks where the input needs no gradient

    /// <summary>Whether oneDNN may compute it wrong as it is: in bf16 always, since that depends on the size of the picture too.</summary>
    public static bool IsNeeded(Conv module)
    {
        var (inputs, outputs) = (module.in_channels / module.groups, module.out_channels / module.groups);
        bool isWhole = IsSingle(module) || Whole(inputs) == inputs && Whole(outputs) == outputs;
        return !isWhole || module.weight.dtype == ScalarType.BFloat16;
    }

    /// <summary>Groups of one input channel each are computed in another way, without such blocks, and right in fp32.</summary>
    private static bool IsSingle(Conv module) => module.groups > 1 && module.groups == module.in_channels;

    /// <param name="module">A convolution of one, two or three dimensions; it may be a transposed one.</param>
    /// <param name="x">[N, channels, ...].</param>
    /// <returns>[N, channels, ...].</returns>
    public static Tensor Of(Conv module, Tensor x)
    {
        var (groups, stride, dilation, added, padding) = (
            module.groups,
            module.stride,
            module.dilation,
            module.output_padding,
            Padding(module)
        );
        var (inputs, outputs) = (module.in_channels / groups, module.out_channels / groups);
        bool isPicture = inputs <= Picture && x.dtype == ScalarType.Float32 && !x.requires_grad && !module.transposed && groups == 1;
        if (!IsSingle(module))
            (inputs, outputs) = (isPicture ? inputs : Whole(inputs), Whole(outputs));
        Tensor filters = module.weight;
        Tensor? offsets = module.bias;
        if (module.padding_mode != PaddingModes.Zeros || module.padding_type is not null)
            (x, padding) = (Padded(module, x), new long[padding.Length]);

        // in bf16 the gradient of weights is left as it is found where the kernel is larger than what it goes over, before or after padding
        var type = x.dtype;
        bool isTiny = x.shape[2..].Zip(module.kernel_size).Any(s => s.First < 2 * s.Second);
        if (type == ScalarType.BFloat16 && (isTiny || IsSingle(module)))
            (x, filters, offsets) = (x.to(ScalarType.Float32), filters.to(ScalarType.Float32), offsets?.to(ScalarType.Float32));
        x = FilledGroups(x, 1, groups, inputs);
        var (first, second) = module.transposed ? (inputs, outputs) : (outputs, inputs); // a weight's dimensions
        var weight = Filled(FilledGroups(filters, 0, groups, first), 1, second);
        var bias = offsets is null ? null : FilledGroups(offsets, 0, groups, outputs);
        var y = (x.dim(), module.transposed) switch
        {
            (3, false) => functional.conv1d(x, weight, bias, stride[0], padding[0], dilation[0], groups),
            (4, false) => functional.conv2d(x, weight, bias, stride, padding, dilation, groups),
            (_, false) => functional.conv3d(x, weight, bias, stride, padding, dilation, groups),
            (3, true) => functional.conv_transpose1d(
                x,
                weight,
                bias,
                stride[0],
                padding[0],
                added.FirstOrDefault(),
                dilation: dilation[0],
                groups: groups
            ),
            (4, true) => functional.conv_transpose2d(x, weight, bias, stride, padding, added, dilation: dilation, groups: groups),
            _ => functional.conv_transpose3d(x, weight, bias, stride, padding, added, dilation: dilation, groups: groups),
        };
        y = y.to(type); // which is the same tensor where it has the type
        return y.unflatten(1, groups, outputs).narrow(2, 0, module.out_channels / groups).flatten(1, 2).contiguous();
    }

    private static long Whole(long channels) => channels <= SmallBlock ? SmallBlock : (channels + Block - 1) / Block * Block;

    /// <summary>A tensor whose dimension consists of groups, with zeros behind each.</summary>
    private static Tensor FilledGroups(Tensor tensor, int dimension, long groups, long size) =>
        groups == 1
            ? Filled(tensor, dimension, size)
            : Filled(tensor.unflatten(dimension, groups, tensor.shape[dimension] / groups), dimension + 1, size)
                .flatten(dimension, dimension + 1);

    private static Tensor Filled(Tensor tensor, int dimension, long size)
    {
        long[] shape = [.. tensor.shape];
        shape[dimension] = size - shape[dimension];
        return shape[dimension] == 0 ? tensor : cat([tensor, zeros(shape, tensor.dtype)], dimension);
    }

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
