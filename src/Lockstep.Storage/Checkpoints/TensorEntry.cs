using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;

namespace Lockstep.Storage.Checkpoints;

/// <summary>Rows of one named tensor, to be written.</summary>
/// <param name="Name">Such as <c>conv1.weight</c>.</param>
/// <param name="WholeShape">Shape in the whole net.</param>
/// <param name="Rows">The rows of the first dimension that are written.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="WriteTo">Writes these rows, row-major: <see cref="Bytes"/> bytes.</param>
public sealed record TensorEntry(string Name, IReadOnlyList<long> WholeShape, Extent Rows, ElementType Type, Action<Stream> WriteTo)
{
    private const int Chunk = 1 << 20; // stays in the cache between hashing and writing

    /// <summary>Length of the rows.</summary>
    public long Bytes => Rows.Length * TensorRows.Length(WholeShape) * Type.Size();

    /// <summary>Rows that lie in memory.</summary>
    /// <exception cref="ArgumentException">The memory has another size than the rows.</exception>
    public static TensorEntry Of(string name, IReadOnlyList<long> wholeShape, Extent rows, TensorMemory memory)
    {
        var entry = new TensorEntry(name, wholeShape, rows, memory.Type, file => Write(file, memory));
        return entry.Bytes == memory.Bytes
            ? entry
            : throw new ArgumentException(
                $"rows {rows} of tensor '{name}' have {entry.Bytes} bytes; the memory has {memory.Bytes}.",
                nameof(memory)
            );
    }

    private static unsafe void Write(Stream file, TensorMemory memory)
    {
        for (long start = 0; start < memory.Bytes; start += Chunk)
            file.Write(new ReadOnlySpan<byte>((byte*)memory.Address + start, (int)Math.Min(Chunk, memory.Bytes - start)));
    }
}
