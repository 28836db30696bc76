using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AlexNet.Data.Images.Decoding;

/// <summary>Memory for one image at a time, used again for the next; it never moves, so that native code may work in it.</summary>
internal sealed unsafe class PinnedBuffer
{
    /// <summary>What one huge image needed is given back; what ordinary photos need is kept.</summary>
    private const int KeptBytes = 32 << 20;

    private byte[] _bytes = [];

    /// <summary>The start of the memory.</summary>
    public byte* Pointer => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));

    /// <summary>At least so many bytes, with anything in them.</summary>
    public Span<byte> Take(int bytes)
    {
        if (_bytes.Length < bytes)
            _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(bytes, Math.Min(2 * _bytes.Length, KeptBytes)), pinned: true);
        return _bytes.AsSpan(0, bytes);
    }

    public void Trim()
    {
        if (_bytes.Length > KeptBytes)
            _bytes = [];
    }
}
