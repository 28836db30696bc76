using System.Runtime.InteropServices;
using System.Text;

namespace Lockstep.Torch.Devices;

/// <summary>
/// What NVIDIA's driver says of one GPU, through its management library (libnvidia-ml, part of every driver; in a container the capability
/// <c>utility</c> brings it). It is asked without touching the GPU's own queue.
/// </summary>
internal sealed unsafe class GpuManagement
{
    private const string Library = "libnvidia-ml.so.1";
    private const int Success = 0,
        NameBytes = 96; // NVML_DEVICE_NAME_V2_BUFFER_SIZE

    private readonly nint _library,
        _device;

    private GpuManagement(nint library, nint device) => (_library, _device) = (library, device);

    /// <summary>Bytes in use by all its processes, and bytes that it has; null where the driver does not say.</summary>
    public DeviceMemory? Memory
    {
        get
        {
            MemoryInfo info;
            return
                Export("nvmlDeviceGetMemoryInfo") is var get and not 0
                && ((delegate* unmanaged[Cdecl]<nint, MemoryInfo*, int>)get)(_device, &info) == Success
                ? new DeviceMemory((long)info.Used, (long)info.Total)
                : null;
        }
    }

    /// <summary>
    /// Share of the last moment in which any kernel ran, 0 to 1; null where the driver does not say, as for a part of a GPU (MIG).
    /// </summary>
    public double? Utilization
    {
        get
        {
            Rates rates;
            return
                Export("nvmlDeviceGetUtilizationRates") is var get and not 0
                && ((delegate* unmanaged[Cdecl]<nint, Rates*, int>)get)(_device, &rates) == Success
                ? rates.Gpu / 100.0
                : null;
        }
    }

    /// <summary>Its model, such as <c>NVIDIA H100 80GB HBM3</c>; null where the driver does not say.</summary>
    public string? Name
    {
        get
        {
            byte* text = stackalloc byte[NameBytes];
            return
                Export("nvmlDeviceGetName") is var get and not 0
                && ((delegate* unmanaged[Cdecl]<nint, byte*, uint, int>)get)(_device, text, NameBytes) == Success
                ? Marshal.PtrToStringUTF8((nint)text)
                : null;
        }
    }

    /// <summary>Finds a GPU by where it sits; null where there is no such library, or it does not know the GPU.</summary>
    public static GpuManagement? Open(string busId)
    {
        if (!NativeLibrary.TryLoad(Library, out nint library))
            return null;
        nint device;
        fixed (byte* text = Encoding.UTF8.GetBytes(busId + '\0'))
        {
            return
                NativeLibrary.TryGetExport(library, "nvmlInit_v2", out nint init)
                && ((delegate* unmanaged[Cdecl]<int>)init)() == Success
                && NativeLibrary.TryGetExport(library, "nvmlDeviceGetHandleByPciBusId_v2", out nint find)
                && ((delegate* unmanaged[Cdecl]<byte*, nint*, int>)find)(text, &device) == Success
                ? new GpuManagement(library, device)
                : null;
        }
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(_library, name, out nint address) ? address : 0;

    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryInfo
    {
        public ulong Total,
            Free,
            Used;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Rates
    {
        public uint Gpu,
            Memory; // per cent
    }
}
