using Lockstep.Native.Convolutions;
using TorchSharp;
using Conv = TorchSharp.Modules.Convolution;

namespace Lockstep.Native;

/// <summary>
/// Right convolutions for modules of TorchSharp on a CPU. On some processors libtorch 2.10 computes a convolution wrong where its channels,
/// or those of its groups, do not fill whole blocks (oneDNN 3.7.1): outputs and gradients are off or NaN. Channels of zeros fill the blocks
/// here; docs/convolutions.md shows the fault and the cure.
/// </summary>
public static class ConvolutionCure
{
    /// <summary>
    /// Has every convolution of a net that may be wrong computed with filled blocks, in fp32 and bf16. Names, shapes and values of its
    /// parameters stay as they are. It works where a module is called as <c>call(x)</c>, as <c>Sequential</c> does, and not where a net
    /// calls <c>forward(x)</c> of a child itself: TorchSharp has no hook there.
    /// </summary>
    /// <param name="module">The net, or one convolution. Apply it once.</param>
    /// <returns>The convolutions that are cured; it tells after a backward pass which of them were computed without the cure.</returns>
    public static CuredConvolutions Apply(torch.nn.Module module)
    {
        (string Name, torch.nn.Module Module)[] all = [("", module), .. module.named_modules()];
        return new CuredConvolutions([
            .. from found in all.DistinctBy(m => m.Module, ReferenceEqualityComparer.Instance)
            where found.Module is Conv convolution && FilledConvolution.IsNeeded(convolution)
            select new CuredConvolution(found.Name, (Conv)found.Module),
        ]);
    }
}
