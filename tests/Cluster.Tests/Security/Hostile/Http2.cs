using System.Buffers.Binary;
using System.Text;

namespace Cluster.Tests.Security.Hostile;

/// <summary>
/// HTTP/2 (RFC 9113) written by hand, so that it can be written wrong: frames, and headers as literals (RFC 7541, 6.2.2).
/// </summary>
internal static class Http2
{
    private const byte Data = 0,
        Headers = 1,
        Settings = 4,
        EndHeaders = 4;
    private const int FrameTypes = 13,
        Streams = 8,
        MostPayload = 300;

    public static byte[] Preface { get; } = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /// <summary>Everything that a client sends with one gRPC call, up to its first message.</summary>
    public static byte[] Call(string path, string? token, byte[] message)
    {
        byte[] headers =
        [
            .. Header(":method", "POST"),
            .. Header(":scheme", "http"),
            .. Header(":path", path),
            .. Header(":authority", "localhost"),
            .. Header("content-type", "application/grpc"),
            .. Header("te", "trailers"),
            .. token is null ? [] : Header("authorization", $"Bearer {token}"),
        ];
        return
        [
            .. Preface,
            .. Frame(Settings, 0, 0, []),
            .. Frame(Headers, EndHeaders, 1, headers),
            .. Frame(Data, 0, 1, Message(message)),
        ];
    }

    /// <summary>One of our calls, or what is left of it; or bytes that never were one.</summary>
    public static byte[] Damaged(Random random, string path, string? token, byte[] message)
    {
        byte[] call = Call(path, random.Next(2) == 0 ? token : null, message);
        return random.Next(6) switch
        {
            0 => Mutation.Noise(random, 2000),
            1 => [.. Preface, .. Mutation.Noise(random, 2000)],
            2 => [.. Preface, .. Frame(Settings, 0, 0, []), .. Enumerable.Range(0, random.Next(1, 20)).SelectMany(_ => AnyFrame(random))],
            3 => Mutation.Of(random, call),
            4 => [.. Preface, .. Mutation.Of(random, call[Preface.Length..])],
            _ => Call(path, random.Next(2) == 0 ? token : null, Mutation.Of(random, message)),
        };
    }

    private static byte[] AnyFrame(Random random)
    {
        byte[] frame = Frame(
            (byte)random.Next(FrameTypes),
            (byte)random.Next(256),
            random.Next(Streams),
            Mutation.Noise(random, MostPayload)
        );
        if (random.Next(4) == 0)
            frame[random.Next(3)] ^= (byte)random.Next(256); // a length that is not the payload's
        return frame;
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] head = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8);
        (head[3], head[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), stream);
        return [.. head, .. payload];
    }

    /// <summary>A message in gRPC's frame: not compressed, and its length.</summary>
    private static byte[] Message(byte[] message)
    {
        byte[] head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), message.Length);
        return [.. head, .. message];
    }

    private static byte[] Header(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
