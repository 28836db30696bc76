using System.Buffers;
using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Wire;

/// <summary>
/// The wire form of <c>Chunk</c> in peer.proto, written and read without the generated class, so that a payload is copied once.
/// </summary>
internal static class ChunkFormat
{
    private const byte HeaderTag = (1 << 3) | ProtoReader.LengthDelimited;
    private const byte PayloadTag = (3 << 3) | ProtoReader.LengthDelimited;

    /// <summary>Writes everything that stands before the payload's bytes and returns its length.</summary>
    /// <param name="prefix">At least <see cref="WireLimits.PrefixBytes"/> long.</param>
    /// <param name="head">Says which bytes of which message follow.</param>
    /// <param name="checksum">The checksum of those bytes.</param>
    public static int WritePrefix(Span<byte> prefix, in ChunkHead head, uint checksum)
    {
        // The header is at most 83 bytes long, so that its own length takes one byte.
        int body = WriteHead(prefix[2..], head, checksum);
        prefix[0] = HeaderTag;
        prefix[1] = (byte)body;
        int end = 2 + body;
        if (head.PayloadBytes > 0)
        {
            prefix[end++] = PayloadTag;
            end += WriteVarint(prefix[end..], (ulong)head.PayloadBytes);
        }

        return end;
    }

    /// <summary>Takes a message apart without copying it; false when it is not a <c>Chunk</c>.</summary>
    public static bool TryParse(in ReadOnlySequence<byte> message, out ParsedChunk chunk)
    {
        chunk = default;
        ProtoReader reader = new(message);
        while (reader.TryField(out int field, out var bytes, out _))
        {
            switch (field, reader.WireType)
            {
                case (1, ProtoReader.LengthDelimited) when TryParseHead(bytes, out var head, out uint checksum):
                    (chunk.Head, chunk.Checksum) = (head, checksum);
                    break;
                case (2, ProtoReader.LengthDelimited):
                    chunk.Hello = bytes;
                    break;
                case (3, ProtoReader.LengthDelimited):
                    chunk.Payload = bytes;
                    break;
                case (1 or 2 or 3, _):
                    return false;
            }
        }

        return reader.AtEnd;
    }

    private static int WriteHead(Span<byte> body, in ChunkHead head, uint checksum)
    {
        (var operation, var part) = head.Key;
        ReadOnlySpan<long> fields =
        [
            head.Generation,
            operation.Step,
            (int)operation.Kind,
            operation.Point,
            (int)part,
            head.Offset,
            head.Total,
            checksum,
        ];
        int end = 0;
        for (int i = 0; i < fields.Length; i++)
        {
            if (fields[i] != 0)
            {
                body[end++] = (byte)((i + 1) << 3);
                end += WriteVarint(body[end..], (ulong)fields[i]);
            }
        }

        return end;
    }

    private static bool TryParseHead(in ReadOnlySequence<byte> body, out ChunkHead head, out uint checksum)
    {
        Span<long> fields = stackalloc long[9];
        fields.Clear();
        ProtoReader reader = new(body);
        while (reader.TryField(out int field, out _, out ulong value))
        {
            if (field < fields.Length)
            {
                if (reader.WireType != ProtoReader.Varint)
                {
                    break;
                }

                fields[field] = (long)value;
            }
        }

        var kind = (OperationKind)(int)fields[3];
        Operation operation = new(kind, fields[2], (int)fields[4]);
        head = new(fields[1], new(operation, (MessagePart)(int)fields[5]), fields[6], fields[7]);
        checksum = (uint)fields[8];
        return reader.AtEnd && Enum.IsDefined(kind);
    }

    private static int WriteVarint(Span<byte> destination, ulong value)
    {
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            destination[length++] = (byte)(value | 0x80);
        }

        destination[length++] = (byte)value;
        return length;
    }
}
