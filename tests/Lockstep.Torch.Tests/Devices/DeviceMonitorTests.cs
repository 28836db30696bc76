using Lockstep.Native;
using Lockstep.Torch.Devices;
using TorchSharp;

namespace Lockstep.Torch.Tests.Devices;

public class DeviceMonitorTests
{
    [Fact]
    public void Memory_OfACpu_IsThatOfTheProcessWithinTheMachines()
    {
        NativeLibraries.Load();
        var monitor = new DeviceMonitor(torch.CPU);
        Assert.NotNull(monitor.Memory);
        Assert.InRange(monitor.Memory.Value.Used, 1 << 20, monitor.Memory.Value.Size);
        Assert.Null(monitor.Utilization);
        Assert.Null(monitor.GpuModel);
    }

    [Fact]
    public void Memory_OfAGpu_IsWhatItsDriverSays()
    {
        NativeLibraries.Load();
        Assert.SkipUnless(torch.cuda.is_available(), "needs a GPU.");
        using var some = torch.zeros(1 << 20, device: torch.CUDA);
        var monitor = new DeviceMonitor(torch.CUDA);
        Assert.NotNull(monitor.Memory);
        Assert.InRange(monitor.Memory.Value.Used, 1 << 22, monitor.Memory.Value.Size);
        Assert.NotEmpty(monitor.GpuModel ?? "");
        if (monitor.Utilization is { } utilization)
            Assert.InRange(utilization, 0, 1);
    }
}
