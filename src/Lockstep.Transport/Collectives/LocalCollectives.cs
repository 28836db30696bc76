using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Collectives;

/// <summary>The collectives of a group of one: nothing travels, every sum has one addend.</summary>
public sealed class LocalCollectives : ICollectives
{
    public int Rank => 0;

    public int Size => 1;

    public IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts)
    {
        CollectiveArguments.CheckParts(operation, parts, Size);
        return CompletedOperation.Instance;
    }

    public unsafe IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum)
    {
        CollectiveArguments.CheckSum(operation, parts, Size, Rank, sum);
        if (parts[0].Address != sum.Address)
        {
            Buffer.MemoryCopy((void*)parts[0].Address, (void*)sum.Address, sum.Bytes, sum.Bytes);
        }

        return CompletedOperation.Instance;
    }

    public IPendingOperation AllReduce(Operation operation, TensorMemory values)
    {
        CollectiveArguments.CheckMemory(operation, values);
        return CompletedOperation.Instance;
    }
}
