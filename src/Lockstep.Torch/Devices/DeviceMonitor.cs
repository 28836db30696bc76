using System.Globalization;
using Lockstep.Torch.Calls;
using TorchSharp;

namespace Lockstep.Torch.Devices;

/// <summary>How full and how busy the device of the arithmetic is; may be asked from any thread, at any time.</summary>
public sealed class DeviceMonitor
{
    private const string ContainerLimit = "/sys/fs/cgroup/memory.max",
        MachineMemory = "/proc/meminfo";

    private readonly GpuManagement? _gpu;
    private readonly long _hostSize;

    /// <param name="device">The device that <see cref="DeviceChoice.Choose"/> has chosen.</param>
    public DeviceMonitor(torch.Device device)
    {
        bool isGpu = device.type == TorchSharp.DeviceType.CUDA;
        _gpu = isGpu && CudaRuntime.BusId(Math.Max(0, device.index)) is { } busId ? GpuManagement.Open(busId) : null;
        _hostSize = isGpu ? 0 : HostSize();
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

    /// <summary>The machine's memory, or less where a container may not have it all; 0 where neither can be read.</summary>
    private static long HostSize()
    {
        long machine = File.Exists(MachineMemory)
            ? 1024 * Number(File.ReadLines(MachineMemory).First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
            : 0;
        long limit = File.Exists(ContainerLimit) ? Number(File.ReadAllText(ContainerLimit).Trim()) : 0; // "max" where there is none
        return limit > 0 && (limit < machine || machine == 0) ? limit : machine;
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
}
