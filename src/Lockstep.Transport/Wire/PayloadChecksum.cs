using System.Buffers;
using System.IO.Hashing;

namespace Lockstep.Transport.Wire;

/// <summary>
/// The checksum of a payload that crosses a network: the low half of XXH3 of 64 bits, which takes a small part of the time of a copy. TCP's
/// own of 16 bits lets one of some ten thousand changed packets pass, and a gradient has millions.
/// </summary>
internal static class PayloadChecksum
{
    public static uint Of(ReadOnlySpan<byte> payload) => (uint)XxHash3.HashToUInt64(payload);

    /// <param name="payload">The payload, in the pieces in which it arrived.</param>
    public static uint Of(in ReadOnlySequence<byte> payload)
    {
        if (payload.IsSingleSegment)
        {
            return Of(payload.FirstSpan);
        }

        XxHash3 hash = new();
        foreach (var part in payload)
        {
            hash.Append(part.Span);
        }

        return (uint)hash.GetCurrentHashAsUInt64();
    }
}
