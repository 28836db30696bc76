using Lockstep.Core.Planning;

namespace Lockstep.Core.Tests.Planning;

public sealed class MachineRoomTests
{
    private const double Process = 0.4e9;

    private static readonly MachineRoom Small = new(Cores: 2, MemoryBytes: 8_000_000_000),
        Large = new(Cores: 128, MemoryBytes: 1L << 40);

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void ThreadProblem_NoneOrFarTooMany_SaysWhatIsAllowed(int threads) =>
        Assert.Equal($"--threads is {threads}; it must be 1 to 256 on this machine of 2 cores.", Small.ThreadProblem("--threads", threads));

    /// <summary>A run goes on exactly with the threads that it was begun with, on a smaller machine too.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(256)]
    public void ThreadProblem_WhatALargerMachineWouldUse_IsNone(int threads) => Assert.Null(Small.ThreadProblem("--threads", threads));

    [Fact]
    public void ThreadProblem_LargeMachine_AllowsMore() => Assert.Null(Large.ThreadProblem("--threads", 512));

    [Fact]
    public void MemoryProblem_MoreThanTheMachineHas_SaysHowMuch()
    {
        Assert.Equal(
            "1000 workers would need about 400.0 GB of memory, and this machine has 8.0 GB; use fewer (--replicas, --spares), a smaller "
                + "--batch, or --micro-batches.",
            Small.MemoryProblem(1000, 0, Process, Process)
        );
        Assert.StartsWith(
            "1 worker and 99 spares would need about 40.0 GB",
            Small.MemoryProblem(1, 99, Process, Process),
            StringComparison.Ordinal
        );
        Assert.Null(Small.MemoryProblem(16, 2, Process, Process));
    }

    [Fact]
    public void Memory_LargerBatch_NeedsMore()
    {
        var recipe = RecipeFiles.Read("imagenet-2012");
        long small = CostModel.Memory(recipe),
            large = CostModel.Memory(recipe with { Training = recipe.Training with { Batch = 8 * recipe.Training.Batch } });
        // a process and the weights, and what a workstation has
        Assert.InRange(small, (long)CostModel.BaseMemory + 4 * 60_965_224, 16L << 30);
        Assert.True(large > 2 * small, $"{large} bytes for eight times the batch of {small} bytes");
    }
}
