using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;

namespace Lockstep.Torch.Devices;

/// <summary>How a GPU computes; a CPU is not asked.</summary>
/// <param name="Deterministic">Only kernels that repeat their bits; otherwise the fastest that cuDNN finds by timing.</param>
/// <param name="Layout">How weights and activations of convolutions lie: auto, maps (map after map) or pixels (channels last).</param>
public sealed record GpuOptions(bool Deterministic = false, string Layout = GpuOptions.Auto)
{
    public const string Auto = "auto",
        Maps = "maps",
        Pixels = "pixels";

    /// <summary>What <see cref="Layout"/> may be.</summary>
    public static IReadOnlyList<string> Layouts { get; } = [Auto, Maps, Pixels];

    /// <summary>Whether convolutions compute pixel after pixel: tensor cores want it, and they compute tf32 and bf16 only.</summary>
    /// <exception cref="BadInputException">The layout is unknown.</exception>
    public bool UsesPixels(Precision precision) =>
        Layout switch
        {
            Auto => precision != Precision.Fp32,
            Maps => false,
            Pixels => true,
            _ => throw new BadInputException($"the GPU's layout is '{Layout}'; it must be {string.Join(", ", Layouts)}."),
        };
}
