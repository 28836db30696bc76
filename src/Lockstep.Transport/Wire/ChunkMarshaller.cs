using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Lockstep.Protocol.V1;

namespace Lockstep.Transport.Wire;

/// <summary>
/// Copies payloads straight between lent memory and the connection's buffers. gRPC shares one marshaller between all streams of a method,
/// so the stream that is being read names itself through <see cref="Sink"/>, which flows with its reading loop.
/// </summary>
internal static class ChunkMarshaller
{
    private const int MaxHelloBytes = 2048;

    private static readonly AsyncLocal<IChunkSink?> CurrentSink = new();

    /// <summary>Where the chunks read by the current asynchronous flow go; without one only a hello is accepted.</summary>
    public static IChunkSink? Sink
    {
        get => CurrentSink.Value;
        set => CurrentSink.Value = value;
    }

    public static Marshaller<LinkMessage> Create() => new(Serialize, Deserialize);

    public static void Serialize(LinkMessage message, SerializationContext context)
    {
        if (message.Hello is { } hello)
        {
            context.Complete(new Chunk { Hello = hello }.ToByteArray());
        }
        else if (message.Source is not { } source || !source.TryWrite(message.Head, new SerializationTarget(context)))
        {
            // The memory went back to its owner after this chunk was chosen: a message without content keeps the stream whole.
            context.Complete([]);
        }
    }

    public static LinkMessage Deserialize(DeserializationContext context)
    {
        if (!ChunkFormat.TryParse(context.PayloadAsReadOnlySequence(), out var chunk))
        {
            return Refuse("a message that is not a lockstep.v1.Chunk was found; do both workers run the same version?");
        }

        if (chunk.Hello is { } hello)
        {
            return ParseHello(hello);
        }

        if (chunk.Head is not { } head)
        {
            return chunk.Payload.IsEmpty ? LinkMessage.Nothing : Refuse("a payload without a header was found");
        }

        if (Sink is not { } sink)
        {
            return Refuse($"a chunk of {head.Key} was found, a hello is required first");
        }

        var refusal =
            PayloadChecksum.Of(chunk.Payload) == chunk.Checksum
                ? sink.Take(head, chunk.Payload)
                : Refusal.Malformed(
                    $"a chunk of {head.Key} was changed in transit: its bytes do not have the checksum {chunk.Checksum:x8} that was sent "
                        + "with them"
                );
        return refusal is null ? LinkMessage.Nothing : new LinkMessage { Refusal = refusal };
    }

    private static LinkMessage ParseHello(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.Length > MaxHelloBytes)
        {
            return Refuse($"a hello of {bytes.Length} bytes was found, at most {MaxHelloBytes} are allowed");
        }

        try
        {
            return new LinkMessage { Hello = Hello.Parser.ParseFrom(bytes.ToArray()) };
        }
        catch (InvalidProtocolBufferException)
        {
            return Refuse("a malformed hello was found");
        }
    }

    private static LinkMessage Refuse(string text) => new() { Refusal = Refusal.Malformed(text) };
}
