using System.Text;

namespace Cluster.Tests.Security.Hostile;

/// <summary>Messages of protos/lockstep/v1/peer.proto, field by field: their classes are the transport's own.</summary>
internal static class ProtoBytes
{
    /// <summary>A <c>Chunk</c> that says hello.</summary>
    public static byte[] Hello(string runId, long generation, int rank, string token) =>
        Field(2, [.. Field(1, runId), .. Field(2, generation), .. Field(3, rank), .. Field(4, token), .. Field(5, "grpc")]);

    /// <summary>A <c>Chunk</c> with some bytes of a tensor.</summary>
    public static byte[] Chunk(long generation, long step, int kind, byte[] payload) =>
        [.. Field(1, [.. Field(1, generation), .. Field(2, step), .. Field(3, kind), .. Field(7, payload.Length)]), .. Field(3, payload)];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] bytes) =>
        [.. Varint((ulong)(number << 3 | 2)), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Field(int number, long value) => [.. Varint((ulong)(number << 3)), .. Varint((ulong)value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
