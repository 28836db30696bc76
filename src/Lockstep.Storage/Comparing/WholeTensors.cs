using System.Runtime.InteropServices;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Storage.Comparing;

/// <summary>
/// Reads two checkpoints as whole tensors, whatever layouts wrote them, and compares the bits. It needs memory for a few rows only.
/// </summary>
public static class WholeTensors
{
    private const int Chunk = 1 << 20; // values

    /// <param name="one">The directory of a checkpoint.</param>
    /// <param name="other">The directory of another.</param>
    /// <param name="kind">Weights or optimiser state, which both hold.</param>
    /// <exception cref="BadInputException">A file is damaged.</exception>
    public static TensorComparison Compare(string one, string other, string kind)
    {
        using var first = ShardedTensors.Open(one, kind);
        using var second = ShardedTensors.Open(other, kind);
        string[] names = [.. first.Shapes.Keys.Union(second.Shapes.Keys).Order(StringComparer.Ordinal)];
        return new(names.Length, [.. names.Select(name => Difference(first, second, name)).OfType<TensorDifference>()]);
    }

    /// <summary>Returns how a tensor differs; null where all bits are the same.</summary>
    private static TensorDifference? Difference(ShardedTensors one, ShardedTensors other, string name)
    {
        if (!one.Shapes.TryGetValue(name, out var shape) || !other.Shapes.TryGetValue(name, out var second) || !shape.SequenceEqual(second))
            return new(name, null);
        long rowLength = shape.Skip(1).Aggregate(1L, (product, size) => product * size);
        if (rowLength == 0)
            return null;
        int atOnce = (int)Math.Clamp(Chunk / rowLength, 1, Math.Max(1, shape[0]));
        var (left, right) = (new float[atOnce * rowLength], new float[atOnce * rowLength]);
        double? largest = null;
        for (int start = 0; start < shape[0]; start += atOnce)
        {
            var rows = new Extent(start, (int)Math.Min(atOnce, shape[0] - start));
            int values = rows.Length * (int)rowLength;
            one.Read(name, shape, rows, MemoryMarshal.AsBytes(left.AsSpan(0, values)));
            other.Read(name, shape, rows, MemoryMarshal.AsBytes(right.AsSpan(0, values)));
            if (Largest(left.AsSpan(0, values), right.AsSpan(0, values)) is { } found)
                largest = Math.Max(largest ?? 0, found);
        }
        return largest is null ? null : new(name, largest);
    }

    /// <summary>Returns the largest absolute difference, NaN where it is that of no numbers; null where all bits are the same.</summary>
    private static double? Largest(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        if (MemoryMarshal.AsBytes(one).SequenceEqual(MemoryMarshal.AsBytes(other)))
            return null;
        double largest = 0;
        for (int i = 0; i < one.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(one[i]) != BitConverter.SingleToInt32Bits(other[i]))
                largest = Math.Max(largest, Math.Abs((double)one[i] - other[i]));
        }

        return largest;
    }
}
