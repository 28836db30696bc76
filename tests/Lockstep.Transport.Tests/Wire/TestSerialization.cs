using System.Buffers;
using Grpc.Core;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Tests.Wire;

/// <summary>gRPC's side of a marshaller.</summary>
internal static class TestSerialization
{
    public static byte[] Serialize(LinkMessage message)
    {
        Writer writer = new();
        ChunkMarshaller.Serialize(message, writer);
        return writer.Written;
    }

    public static LinkMessage Deserialize(ReadOnlySequence<byte> bytes) => ChunkMarshaller.Deserialize(new Reader(bytes));

    /// <summary>The same bytes in segments of the given length.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, int segment)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (byte[] piece in bytes.Chunk(segment))
        {
            last = new(piece, last);
            first ??= last;
        }

        return first is null || last is null ? default : new(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is not null)
            {
                previous.Next = this;
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
            }
        }
    }

    private sealed class Writer : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _buffer = new();
        private int? _length;

        public byte[] Written { get; private set; } = [];

        public override void SetPayloadLength(int payloadLength) => _length = payloadLength;

        public override IBufferWriter<byte> GetBufferWriter() => _buffer;

        public override void Complete(byte[] payload) => Written = payload;

        public override void Complete()
        {
            Written = _buffer.WrittenSpan.ToArray();
            Assert.Equal(_length, Written.Length);
        }
    }

    private sealed class Reader(ReadOnlySequence<byte> bytes) : DeserializationContext
    {
        public override int PayloadLength => (int)bytes.Length;

        public override byte[] PayloadAsNewBuffer() => bytes.ToArray();

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => bytes;
    }
}
