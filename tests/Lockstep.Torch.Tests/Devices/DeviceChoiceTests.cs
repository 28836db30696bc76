using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Native;
using Lockstep.Torch.Devices;
using TorchSharp;

namespace Lockstep.Torch.Tests.Devices;

public class DeviceChoiceTests
{
    [Theory]
    [InlineData(0, 0, true, "no CUDA device")]
    [InlineData(2, 2, true, "2 CUDA")]
    [InlineData(1, 0, true, "1 CUDA")] // a container may hide what the driver shows
    [InlineData(0, 1, false, "the driver shows 1 GPU(s) and this libtorch uses none")]
    public void Describe_UsableAndShownGpus_SayWhatIsWrong(int usable, int shown, bool good, string expected)
    {
        var description = DeviceChoice.Describe(usable, shown);

        Assert.Equal(good, description.Good);
        Assert.Contains(expected, description.Found);
    }

    [Fact]
    public void Caution_Bf16OnACpuWithoutItsVectors_NamesTheRemedy()
    {
        Assert.Equal(InstructionSet.ComputesBf16, DeviceChoice.Caution(Precision.Bf16, onCpu: true) is null);
        Assert.Null(DeviceChoice.Caution(Precision.Bf16, onCpu: false));
        Assert.Null(DeviceChoice.Caution(Precision.Fp32, onCpu: true));
        if (!InstructionSet.ComputesBf16)
            Assert.Contains("--precision fp32", DeviceChoice.Caution(Precision.Bf16, onCpu: true));
    }

    [Fact]
    public void Choose_CudaWithoutAGpu_SaysWhatDoctorSays()
    {
        NativeLibraries.Load();
        Assert.SkipWhen(torch.cuda.is_available(), "this machine has a GPU");

        string message = Assert.Throws<BadInputException>(() => DeviceChoice.Choose("cuda")).Message;

        Assert.Contains("device 'cuda' was asked for, but this libtorch finds no GPU", message);
        Assert.EndsWith(DeviceChoice.Describe(0, 1).Found.Split(": ")[^1] + ".", message, StringComparison.Ordinal);
    }
}
