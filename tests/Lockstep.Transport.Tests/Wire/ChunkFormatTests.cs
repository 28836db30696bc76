using System.Buffers;
using System.IO.Hashing;
using Google.Protobuf;
using Lockstep.Core.Collectives;
using Lockstep.Protocol.V1;
using Lockstep.Transport.Links;
using Lockstep.Transport.Tests.Cluster;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Tests.Wire;

public class ChunkFormatTests
{
    private static readonly Operation Operation = new(OperationKind.Reduce, 41, 7);

    public static TheoryData<int> Lengths() => [0, 1, 127, 128, 5000, WireLimits.ChunkBytes, WireLimits.ChunkBytes + 3];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Serialize_AnyLength_IsReadByTheGeneratedClass(int length)
    {
        using var tensor = TensorBuffer.Filled(ElementType.Byte, length, 1);
        OutboundMessage message = new(TestMesh.Begin(Operation), TestMesh.Unlinked().Self, MessagePart.Scatter, tensor.Memory);
        LinkMessage frame = new();
        for (int offset = 0; message.TryChoose(3, out var head); offset += WireLimits.ChunkBytes)
        {
            frame.Carry(message, head);
            var chunk = Chunk.Parser.ParseFrom(TestSerialization.Serialize(frame));
            ChunkHeader expected = new()
            {
                Generation = 3,
                Kind = (int)OperationKind.Reduce,
                Step = 41,
                Point = 7,
                Part = 1,
                Offset = offset,
                Total = length,
                Checksum = (uint)XxHash3.HashToUInt64(chunk.Payload.Span),
            };
            Assert.Equal(expected, chunk.Header);
            Assert.Equal(tensor.Bytes.Slice(offset, Math.Min(WireLimits.ChunkBytes, length - offset)), chunk.Payload.Span);
        }

        Assert.Equal(length, message.Copied);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void TryParse_BytesOfTheGeneratedClass_GivesItsFields(int length)
    {
        byte[] payload = new byte[length];
        new Random(2).NextBytes(payload);
        Chunk chunk = new()
        {
            Header = new()
            {
                Generation = 9,
                Kind = 3,
                Step = long.MaxValue,
                Point = -1,
                Part = 1,
                Offset = 12,
                Total = 1L << 40,
            },
            Payload = ByteString.CopyFrom(payload),
        };

        // In one piece, and torn apart as a connection may tear it.
        foreach (int segment in (int[])[int.MaxValue, 4096, 7, 1])
        {
            Assert.True(ChunkFormat.TryParse(TestSerialization.Cut(chunk.ToByteArray(), segment), out var parsed));
            Operation operation = new(OperationKind.Reduce, long.MaxValue, -1);
            Assert.Equal(new ChunkHead(9, new(operation, MessagePart.Scatter), 12, 1L << 40), parsed.Head);
            Assert.Equal(payload, parsed.Payload.ToArray());
        }
    }

    [Fact]
    public void TryParse_UnknownFields_AreSkipped()
    {
        byte[] known = new Chunk
        {
            Header = new() { Generation = 2 },
            Payload = ByteString.CopyFrom(1, 2),
        }.ToByteArray();
        byte[] unknown = [.. known, (9 << 3) | 0, 5, (10 << 3) | 2, 1, 0, (11 << 3) | 5, 1, 2, 3, 4];
        Assert.True(ChunkFormat.TryParse(new(unknown), out var parsed));
        Assert.Equal(2, parsed.Head?.Generation);
        Assert.Equal([1, 2], parsed.Payload.ToArray());
    }

    public static TheoryData<int> UnknownKinds => [-1, Enum.GetValues<OperationKind>().Length, int.MaxValue];

    [Theory]
    [MemberData(nameof(UnknownKinds))]
    public void TryParse_UnknownKind_IsRefused(int kind) =>
        Assert.False(
            ChunkFormat.TryParse(
                new(
                    new Chunk
                    {
                        Header = new() { Generation = 2, Kind = kind },
                    }.ToByteArray()
                ),
                out _
            )
        );

    [Fact]
    public void Deserialize_HostileBytes_IsRefusedOrIgnoredAndNeverThrows()
    {
        Random random = new(3);
        byte[] valid = new Chunk
        {
            Header = new()
            {
                Generation = 2,
                Total = 5,
                Offset = 1,
            },
            Payload = ByteString.CopyFrom(1, 2),
        }.ToByteArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. valid.Take(random.Next(valid.Length + 1))];
            for (int flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var message = TestSerialization.Deserialize(TestSerialization.Cut(bytes, 1 + random.Next(9)));
            Assert.True(message == LinkMessage.Nothing || message.Refusal is not null || message.Hello is not null);
        }
    }

    [Fact]
    public void Deserialize_PayloadWithOneBitChanged_IsRefusedHoweverItIsTorn()
    {
        byte[] payload = new byte[5000];
        new Random(4).NextBytes(payload);
        ChunkHeader header = new()
        {
            Generation = 2,
            Total = payload.Length,
            Checksum = (uint)XxHash3.HashToUInt64(payload),
        };
        foreach (int segment in (int[])[int.MaxValue, 4096, 7])
        {
            Assert.Null(Refusal(payload));
            payload[segment % payload.Length] ^= 4;
            Assert.Contains("was changed in transit", Refusal(payload), StringComparison.Ordinal);
            payload[segment % payload.Length] ^= 4;

            string? Refusal(byte[] bytes)
            {
                ChunkMarshaller.Sink = new NullSink();
                byte[] message = new Chunk { Header = header, Payload = ByteString.CopyFrom(bytes) }.ToByteArray();
                return TestSerialization.Deserialize(TestSerialization.Cut(message, segment)).Refusal?.Text;
            }
        }
    }

    [Fact]
    public void Serialize_MemoryTakenBack_WritesAMessageWithoutContent()
    {
        using TensorBuffer tensor = new(ElementType.Byte, 10);
        OutboundMessage message = new(TestMesh.Begin(Operation), TestMesh.Unlinked().Self, MessagePart.Gather, tensor.Memory);
        LinkMessage frame = new();
        Assert.True(message.TryChoose(3, out var head));
        frame.Carry(message, head);
        message.Operation.Lease.Revoke();
        Assert.Empty(TestSerialization.Serialize(frame));
        Assert.Same(LinkMessage.Nothing, TestSerialization.Deserialize(default));
    }

    [Fact]
    public void Method_HasTheNameOfTheProtoFile() => Assert.Equal("/lockstep.v1.Peer/Link", PeerMethod.Link.FullName);

    private sealed class NullSink : IChunkSink
    {
        public Refusal? Take(in ChunkHead head, in ReadOnlySequence<byte> payload) => null;
    }
}
