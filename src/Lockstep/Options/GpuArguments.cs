using System.CommandLine;
using Lockstep.Torch.Devices;

namespace Lockstep.Options;

/// <summary>The arguments that say how a GPU computes; a CPU always repeats its bits and has a layout of its own.</summary>
internal static class GpuArguments
{
    public static Option<bool> Deterministic() =>
        new("--deterministic") { Description = "On a GPU: use only kernels that give the same bits every time, in place of the fastest." };

    public static Option<string> Layout() =>
        new Option<string>("--gpu-layout")
        {
            Description =
                "On a GPU: memory format of the convolutions: maps (contiguous), pixels (channels last), or auto (pixels for tf32 and "
                + "bf16).",
            DefaultValueFactory = _ => GpuOptions.Auto,
        }.AcceptOnlyFromAmong([.. GpuOptions.Layouts]);
}
