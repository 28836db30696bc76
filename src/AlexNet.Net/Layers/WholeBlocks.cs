using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Net.Layers;

/// <summary>
/// A convolution on the CPU whose channels do not fill whole vectors. oneDNN 3.7.1, which libtorch 2.10 holds, computes it in blocks of 8
/// or 16 channels, and leaves what fills up the last block as it finds it in memory: outputs and the input's gradients are then wrong or
/// NaN, by chance. Seen with every number of outputs, or of inputs above four, that 16 does not divide, in one group; grouped convolutions,
/// 1x1 kernels and images of three channels are right. So zeros fill the blocks up here.
/// </summary>
internal static class WholeBlocks
{
    private const long Block = 16;
    private const long Image = 4; // channels up to which inputs are not blocked

    /// <summary>Whether a convolution of this input and weight (outputs x inputs x height x width) is such a one.</summary>
    public static bool AreNeeded(Tensor input, Tensor weight, int groups) =>
        groups == 1 && input.device_type == TorchSharp.DeviceType.CPU && (Missing(weight.shape[0]) > 0 || MissingInputs(weight) > 0);

    /// <summary>Exactly the convolution without groups: what is added are zeros, and outputs that nobody sees.</summary>
    public static Tensor Convolve(Tensor input, Tensor weight, Tensor bias, long[] stride, long[] padding)
    {
        var (outputs, inputs) = (Missing(weight.shape[0]), MissingInputs(weight));
        var sum = functional.conv2d(
            functional.pad(input, [0, 0, 0, 0, 0, inputs]),
            functional.pad(weight, [0, 0, 0, 0, 0, inputs, 0, outputs]),
            functional.pad(bias, [0, outputs]),
            stride,
            padding
        );
        return sum.narrow(1, 0, weight.shape[0]).contiguous();
    }

    private static long MissingInputs(Tensor weight) => weight.shape[1] <= Image ? 0 : Missing(weight.shape[1]);

    private static long Missing(long channels) => (Block - channels % Block) % Block;
}
