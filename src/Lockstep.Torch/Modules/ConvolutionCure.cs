using TorchSharp;
using static TorchSharp.torch;
using Conv = TorchSharp.Modules.Convolution;

namespace Lockstep.Torch.Modules;

/// <summary>
/// Right convolutions for modules of TorchSharp on a CPU. libtorch 2.10 computes a convolution of one group in blocks of 8 or 16 channels,
/// and does not clear the rest of a block: where 16 does not divide the channels, outputs and gradients are wrong or NaN. Channels that lie
/// pixel after pixel have no blocks, and are right; docs/convolutions.md shows both.
/// </summary>
public static class ConvolutionCure
{
    private const int Block = 16; // channels, with AVX-512; 8 with AVX2

    /// <summary>
    /// Has every convolution of a net that may be wrong computed pixel after pixel. Names, shapes and values of its parameters stay as
    /// they are. It works where a module is called as <c>call(x)</c>, as <c>Sequential</c> does, and not where a net calls
    /// <c>forward(x)</c> of a child itself: TorchSharp has no hook there.
    /// </summary>
    /// <param name="module">The net, or one convolution. Apply it once.</param>
    /// <returns>The names of the convolutions that are cured, as <c>state_dict()</c> has them.</returns>
    public static IReadOnlyList<string> Apply(nn.Module module)
    {
        (string Name, nn.Module Module)[] all = [("", module), .. module.named_modules()];
        var cured = all.DistinctBy(m => m.Module, ReferenceEqualityComparer.Instance)
            .Where(m => m.Module is Conv convolution && MayBeWrong(convolution))
            .ToList();
        foreach (var (_, child) in cured)
            Cure((Conv)child);
        return [.. cured.Select(c => c.Name)];
    }

    private static bool MayBeWrong(Conv module) =>
        module.groups == 1 && (module.in_channels % Block != 0 || module.out_channels % Block != 0);

    /// <summary>
    /// The module itself computes an empty batch, which costs next to nothing, and what it returns is replaced: a hook can change what goes
    /// in and what comes out, but not what is done between.
    /// </summary>
    private static void Cure(Conv module)
    {
        Tensor? input = null;
        module.register_forward_pre_hook(
            (_, x) =>
            {
                bool isConcerned = x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32;
                input = isConcerned ? x : null;
                return isConcerned ? Batch(module, x).narrow(0, 0, 0) : x;
            }
        );
        module.register_forward_hook(
            (_, _, output) =>
            {
                if (input is not { } x)
                    return output;
                (input, bool isBatch) = (null, x.dim() == module.weight.dim());
                output.Dispose();
                using var scope = NewDisposeScope();
                var computed = PixelConvolution.Of(module, Batch(module, x));
                return (isBatch ? computed : computed.squeeze(0)).MoveToOuterDisposeScope();
            }
        );
    }

    private static Tensor Batch(Conv module, Tensor x) => x.dim() == module.weight.dim() ? x : x.unsqueeze(0);
}
