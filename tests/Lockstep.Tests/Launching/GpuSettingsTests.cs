using Lockstep.Launching;
using Lockstep.Torch.Devices;

namespace Lockstep.Tests.Launching;

public class GpuSettingsTests
{
    [Fact]
    public void Of_GpuOptions_AreTheArgumentsOfAWorker()
    {
        Assert.Equal(["--gpu-layout", "auto"], GpuSettings.Of(new GpuOptions()));
        Assert.Equal(["--deterministic", "true", "--gpu-layout", "maps"], GpuSettings.Of(new GpuOptions(true, GpuOptions.Maps)));
    }
}
