using AlexNet.Cli.Arguments;
using Lockstep.Torch.Devices;

namespace AlexNet.Cli.Tests.Arguments;

public class GpuArgumentsTests
{
    [Fact]
    public void Of_GpuOptions_AreTheArgumentsOfAWorker()
    {
        Assert.Equal(["--gpu-layout", "auto"], GpuArguments.Of(new GpuOptions()));
        Assert.Equal(["--deterministic", "true", "--gpu-layout", "maps"], GpuArguments.Of(new GpuOptions(true, GpuOptions.Maps)));
    }
}
