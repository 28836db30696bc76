namespace Lockstep.Core.Collectives;

/// <summary>
/// Contiguous memory of a tensor, as the transports see it: an address, a number of elements and their type.
/// Whoever lends it keeps it alive and unmoved until the operation that uses it has completed.
/// </summary>
/// <param name="Address">The address of the first element.</param>
/// <param name="Count">Elements.</param>
/// <param name="Type">The type of each.</param>
/// <param name="Device">The GPU that it is on, as this process counts them; <see cref="Host"/> for the host's memory.</param>
public readonly record struct TensorMemory(nint Address, long Count, ElementType Type, int Device = TensorMemory.Host)
{
    /// <summary>No GPU.</summary>
    public const int Host = -1;

    public bool IsOnHost => Device == Host;

    /// <summary>Length in bytes.</summary>
    public long Bytes => Count * Type.Size();

    /// <summary>The part that begins at element <paramref name="start"/> and has <paramref name="count"/> elements.</summary>
    public TensorMemory Slice(long start, long count) => this with { Address = Address + (nint)(start * Type.Size()), Count = count };
}
