using System.Buffers;

namespace Lockstep.Transport.SharedMemory;

/// <summary>Lets memory that is not managed be read as a sequence; one object serves one thread.</summary>
internal sealed unsafe class NativeMemoryManager : MemoryManager<byte>
{
    private nint _address;
    private int _bytes;

    /// <summary>The bytes at an address; the sequence before is void.</summary>
    public ReadOnlySequence<byte> Sequence(nint address, int bytes)
    {
        (_address, _bytes) = (address, bytes);
        return new(Memory);
    }

    public override Span<byte> GetSpan() => new((void*)_address, _bytes);

    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)_address + elementIndex);

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
