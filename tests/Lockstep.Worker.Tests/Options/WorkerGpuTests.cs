using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Hosting;
using Lockstep.Torch.Devices;
using Lockstep.Worker.Options;
using Lockstep.Worker.Run;

namespace Lockstep.Worker.Tests.Options;

public class WorkerGpuTests
{
    [Fact]
    public void WorkerOptions_GpuSettings_AreRead()
    {
        var options = WorkerOptions.From(
            new Settings(["--coordinator", "http://localhost:1", "--token", "t", "--deterministic", "true", "--gpu-layout", "pixels"])
        );

        Assert.Equal(new GpuOptions(Deterministic: true, GpuOptions.Pixels), options.Gpu);
    }

    [Fact]
    public void WorkerOptions_UnknownLayout_SaysWhatIsKnown()
    {
        var error = Assert.Throws<BadInputException>(() =>
            WorkerOptions.From(new Settings(["--coordinator", "http://localhost:1", "--token", "t", "--gpu-layout", "rows"]))
        );

        Assert.Equal("setting 'gpu-layout' is 'rows'; it must be auto, maps, pixels.", Assert.Single(error.Errors));
    }

    [Fact]
    public void ExitCodeOf_MemoryThatDoesNotSuffice_IsItsOwn()
    {
        var error = MemoryExhaustedException.From(
            new InvalidOperationException("CUDA out of memory."),
            new TrainingRecipe { Batch = 8, Epochs = 1 }
        );

        Assert.Equal(4, WorkerFailure.ExitCodeOf(error ?? throw new InvalidOperationException("no advice was given.")));
    }
}
