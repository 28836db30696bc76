using Lockstep.Torch.Devices;

namespace Lockstep.Launching;

/// <summary>How a GPU computes, as settings of a worker.</summary>
internal static class GpuSettings
{
    public static IEnumerable<string> Of(GpuOptions gpu) =>
        gpu.Deterministic ? ["--deterministic", "true", "--gpu-layout", gpu.Layout] : ["--gpu-layout", gpu.Layout];
}
