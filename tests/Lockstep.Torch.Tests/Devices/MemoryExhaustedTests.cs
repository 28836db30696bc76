using Lockstep.Core.Recipes;
using Lockstep.Torch.Devices;

namespace Lockstep.Torch.Tests.Devices;

public class MemoryExhaustedTests
{
    private const string Cuda =
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB of which 1.02 GiB is free. "
        + "Of the allocated memory 77.00 GiB is allocated by PyTorch, and 12.00 MiB is reserved by PyTorch but unallocated.\nException "
        + "raised from malloc at CUDACachingAllocator.cpp:1";

    private static readonly TrainingRecipe Training = new()
    {
        Batch = 2048,
        MicroBatches = 2,
        Epochs = 1,
    };

    [Theory]
    [InlineData(Cuda, "the GPU's memory")]
    [InlineData("CUDA error: out of memory", "the GPU's memory")]
    [InlineData("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", "the GPU's memory")]
    [InlineData(
        "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 5 bytes.",
        "this machine's memory"
    )]
    public void From_LibtorchsWords_GiveAdvice(string message, string where)
    {
        var found = MemoryExhaustedException.From(new InvalidOperationException(message), Training);

        Assert.NotNull(found);
        Assert.StartsWith($"{where} does not suffice for a batch of 2048 in 2 micro-batches", found.Message, StringComparison.Ordinal);
        Assert.Contains("--micro-batches 4", found.Message);
        Assert.DoesNotContain('\n', found.Message);
        Assert.DoesNotContain("allocated by PyTorch", found.Message);
    }

    [Fact]
    public void From_AnotherError_IsNone() =>
        Assert.Null(MemoryExhaustedException.From(new InvalidOperationException("shape '[2]' is invalid"), Training));
}
