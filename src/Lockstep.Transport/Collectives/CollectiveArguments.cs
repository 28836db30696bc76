using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Collectives;

/// <summary>What every implementation of the port requires of its caller.</summary>
internal static class CollectiveArguments
{
    public static void CheckParts(Operation operation, ReadOnlySpan<TensorMemory> parts, int size)
    {
        if (parts.Length != size)
        {
            throw new ArgumentException($"operation '{operation}' has {parts.Length} parts, one for each of {size} members is required");
        }

        foreach (var part in parts)
        {
            CheckMemory(operation, part);
        }
    }

    public static void CheckSum(Operation operation, ReadOnlySpan<TensorMemory> parts, int size, int rank, TensorMemory sum)
    {
        CheckParts(operation, parts, size);
        CheckMemory(operation, sum);
        if (sum.Count != parts[rank].Count || sum.Type != parts[rank].Type)
        {
            throw new ArgumentException(
                $"the sum of operation '{operation}' has {sum.Count} elements of {sum.Type}, "
                    + $"{parts[rank].Count} of {parts[rank].Type} are required, as in the member's own part"
            );
        }
    }

    public static void CheckMemory(Operation operation, TensorMemory memory)
    {
        if (memory.Count < 0 || (memory.Count > 0 && memory.Address == 0))
        {
            throw new ArgumentException(
                $"operation '{operation}' was given {memory.Count} elements at address {memory.Address}; lend it memory that exists"
            );
        }
    }
}
