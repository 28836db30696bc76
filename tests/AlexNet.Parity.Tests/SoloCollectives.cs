using AlexNet.Core.Collectives;

namespace AlexNet.Parity.Tests;

/// <summary>The collectives of a group of one: whatever is asked for is there already. The parity tests do not use the transports.</summary>
internal sealed class SoloCollectives : ICollectives, IPendingOperation
{
    public int Rank => 0;

    public int Size => 1;

    public IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts) => this;

    public unsafe IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum)
    {
        Buffer.MemoryCopy((void*)parts[0].Address, (void*)sum.Address, sum.Bytes, sum.Bytes);
        return this;
    }

    public IPendingOperation AllReduce(Operation operation, TensorMemory values) => this;

    public void Wait()
    {
    }
}
