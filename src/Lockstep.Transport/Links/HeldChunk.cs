using System.Buffers;

namespace Lockstep.Transport.Links;

/// <summary>A payload in a pooled buffer of our own.</summary>
internal readonly record struct HeldChunk(byte[] Buffer, int Length)
{
    // What a message without payload costs to remember, so that a flood of them is counted too.
    private const int Overhead = 256;

    /// <summary>Memory that the chunk occupies, in bytes.</summary>
    public long Cost => Buffer.Length + Overhead;

    public ReadOnlySpan<byte> Span => Buffer.AsSpan(0, Length);

    public static HeldChunk CopyOf(in ReadOnlySequence<byte> payload)
    {
        int length = (int)payload.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(buffer);
        return new(buffer, length);
    }

    public void Return() => ArrayPool<byte>.Shared.Return(Buffer);
}
