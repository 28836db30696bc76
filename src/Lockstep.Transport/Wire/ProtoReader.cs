using System.Buffers;

namespace Lockstep.Transport.Wire;

/// <summary>Walks over the fields of a protobuf message that may be hostile: it never reads past the end and never throws.</summary>
internal ref struct ProtoReader(in ReadOnlySequence<byte> message)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int LengthDelimited = 2;
    public const int Fixed32 = 5;

    private SequenceReader<byte> _bytes = new(message);
    private bool _broken;

    /// <summary>How the field read last is encoded.</summary>
    public int WireType { get; private set; }

    /// <summary>Every field was well formed and nothing is left.</summary>
    public readonly bool AtEnd => _bytes.End && !_broken;

    /// <summary>Reads the next field; false at the end, and at the first that is malformed.</summary>
    public bool TryField(out int field, out ReadOnlySequence<byte> bytes, out ulong value)
    {
        (field, bytes, value) = (0, default, 0);
        if (_bytes.End)
        {
            return false;
        }

        _broken = !TryVarint(out ulong tag) || tag is < 8 or > uint.MaxValue;
        field = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        _broken |= !(
            WireType switch
            {
                Varint => TryVarint(out value),
                LengthDelimited => TryVarint(out ulong length) && TrySlice(length, out bytes),
                Fixed64 => TrySlice(8, out bytes),
                Fixed32 => TrySlice(4, out bytes),
                _ => false,
            }
        );
        return !_broken;
    }

    private bool TrySlice(ulong length, out ReadOnlySequence<byte> bytes)
    {
        if (length > (ulong)_bytes.Remaining)
        {
            bytes = default;
            return false;
        }

        bytes = _bytes.UnreadSequence.Slice(0, (long)length);
        _bytes.Advance((long)length);
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (!_bytes.TryRead(out byte b))
            {
                return false;
            }

            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
