namespace AlexNet.Core.Collectives;

/// <summary>
/// Contiguous memory of a tensor, as the transports see it: an address, a number of elements and their type.
/// Whoever lends it keeps it alive and unmoved until the operation that uses it has completed.
/// </summary>
public readonly record struct TensorMemory(nint Address, long Count, ElementType Type)
{
    /// <summary>Length in bytes.</summary>
    public long Bytes => Count * Type.Size();

    /// <summary>The part that begins at element <paramref name="start"/> and has <paramref name="count"/> elements.</summary>
    public TensorMemory Slice(long start, long count) => new(Address + (nint)(start * Type.Size()), count, Type);
}
