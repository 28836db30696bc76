using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Torch.Calls;
using TorchSharp;

namespace Lockstep.Torch.Devices;

/// <summary>Chooses where the arithmetic runs.</summary>
public static class DeviceChoice
{
    /// <summary>Where NVIDIA's driver shows its GPUs, a directory for each.</summary>
    public const string DriverDirectory = "/proc/driver/nvidia/gpus";

    private const string Advice =
        "use --device cpu, or a build with -p:TorchBackend=cuda or ALEXNET_LIBTORCH on a machine with an NVIDIA driver";

    /// <param name="wish"><c>auto</c> (a GPU if there is one), <c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="BadInputException">A GPU was asked for and there is none.</exception>
    public static torch.Device Choose(string wish)
    {
        bool cuda = wish != "cpu" && torch.cuda.is_available();
        if (wish == "cuda" && !cuda)
            throw new BadInputException($"device 'cuda' was asked for, but this libtorch finds no GPU; {Advice}.");
        return cuda ? torch.CUDA : torch.CPU;
    }

    /// <summary>What a user should know of a precision before it takes an hour; null where all is well.</summary>
    /// <param name="precision">The precision of the training.</param>
    /// <param name="onCpu">Whether the CPU computes it.</param>
    public static string? Caution(Precision precision, bool onCpu) =>
        precision == Precision.Bf16 && onCpu && !InstructionSet.ComputesBf16
            ? "precision bf16 is no faster than fp32 on this processor, which has no AVX-512: products are computed in fp32 and rounded; "
                + "use --precision fp32"
            : null;

    /// <summary>Whether <see cref="Choose"/> will take the CPU, as far as can be told without libtorch.</summary>
    public static bool IsCpu(string wish) => wish == "cpu" || (wish == "auto" && ShownByDriver == 0);

    /// <summary>GPUs that the driver shows; a container may show none and have some all the same.</summary>
    public static int ShownByDriver => Directory.Exists(DriverDirectory) ? Directory.GetDirectories(DriverDirectory).Length : 0;

    /// <summary>What this libtorch can compute on, and whether that is all that the machine has.</summary>
    public static (string Found, bool Good) Describe() =>
        Describe(torch.cuda.is_available() ? torch.cuda.device_count() : 0, ShownByDriver);

    /// <summary>The switches for a GPU, and whether this libtorch has them all.</summary>
    public static (string Found, bool Good) DescribeSwitches()
    {
        var missing = CudaSwitches.Set(deterministic: false);
        return missing.Count == 0
            ? ("kernels chosen by timing, and --deterministic", true)
            : ($"this libtorch does not export {string.Join(", ", missing)}; what these switch stays as libtorch has it", false);
    }

    internal static (string Found, bool Good) Describe(int usable, int shown) =>
        usable > 0 ? ($"CPU and {usable} CUDA", true)
        : shown == 0 ? ("CPU; no CUDA device for this libtorch", true)
        : ($"CPU; the driver shows {shown} GPU(s) and this libtorch uses none: {Advice}", false);
}
