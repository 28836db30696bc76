using Lockstep.Torch.Calls;
using TorchSharp;

namespace Lockstep.Torch.Devices;

/// <summary>How full and how busy the device of the arithmetic is; may be asked from any thread, at any time.</summary>
public sealed class DeviceMonitor
{
    private readonly GpuManagement? _gpu;
    private readonly long _hostSize;

    /// <param name="device">The device that <see cref="DeviceChoice.Choose"/> has chosen.</param>
    public DeviceMonitor(torch.Device device)
    {
        bool isGpu = device.type == TorchSharp.DeviceType.CUDA;
        _gpu = isGpu && CudaRuntime.BusId(Math.Max(0, device.index)) is { } busId ? GpuManagement.Open(busId) : null;
        _hostSize = isGpu ? 0 : MachineMemory.Size ?? 0;
    }

    /// <summary>
    /// Of a GPU: bytes in use by all its processes, and its size. Of a CPU: what this process keeps in memory, and what the machine or
    /// container has. Null where it cannot be read.
    /// </summary>
    public DeviceMemory? Memory =>
        _gpu is not null ? _gpu.Memory
        : _hostSize > 0 ? new DeviceMemory(Environment.WorkingSet, _hostSize)
        : null;

    /// <summary>Share of the last moment in which a GPU computed, 0 to 1; null on a CPU, and where it cannot be read.</summary>
    public double? Utilization => _gpu?.Utilization;

    /// <summary>What its maker calls a GPU; null on a CPU, and where it cannot be read.</summary>
    public string? GpuModel => _gpu?.Name;
}
