using Lockstep.Native.Convolutions;
using TorchSharp;
using Conv = TorchSharp.Modules.Convolution;

namespace Lockstep.Native;

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
    /// <returns>The convolutions that are cured; it tells after a backward pass which of them were computed without the cure.</returns>
    public static CuredConvolutions Apply(torch.nn.Module module)
    {
        (string Name, torch.nn.Module Module)[] all = [("", module), .. module.named_modules()];
        return new CuredConvolutions([
            .. from found in all.DistinctBy(m => m.Module, ReferenceEqualityComparer.Instance)
            where found.Module is Conv convolution && MayBeWrong(convolution)
            select new CuredConvolution(found.Name, (Conv)found.Module),
        ]);
    }

    private static bool MayBeWrong(Conv module) =>
        module.groups == 1 && (module.in_channels % Block != 0 || module.out_channels % Block != 0);
}
