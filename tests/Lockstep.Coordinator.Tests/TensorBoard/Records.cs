using System.Buffers.Binary;
using Lockstep.Coordinator.TensorBoard;

namespace Lockstep.Coordinator.Tests.TensorBoard;

/// <summary>Reads files of records by the format's description, with a CRC of its own, bit by bit.</summary>
internal static class Records
{
    /// <summary>The events of the only file of a run.</summary>
    public static IReadOnlyList<Event> EventsOf(string runDirectory) =>
        [.. Read(Assert.Single(FilesOf(runDirectory))).Select(Event.Parser.ParseFrom)];

    /// <summary>The files of a run in the order in which TensorBoard reads them.</summary>
    public static IReadOnlyList<string> FilesOf(string runDirectory) =>
        [.. Directory.GetFiles(Path.Combine(runDirectory, "tensorboard"), "*tfevents*").Order(StringComparer.Ordinal)];

    public static IEnumerable<byte[]> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        for (int at = 0; at < file.Length; )
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            byte[] data = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Crc(file.AsSpan(at, 8)), Unmasked(file.AsSpan(at + 8)));
            Assert.Equal(Crc(data), Unmasked(file.AsSpan(at + 12 + length)));
            yield return data;
            at += 16 + length;
        }
    }

    private static uint Unmasked(ReadOnlySpan<byte> crc)
    {
        uint rotated = BinaryPrimitives.ReadUInt32LittleEndian(crc) - 0xA282EAD8;
        return (rotated >> 17) | (rotated << 15);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        const uint reflectedPolynomial = 0x82F63B78;
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ reflectedPolynomial;
        }
        return ~crc;
    }
}
