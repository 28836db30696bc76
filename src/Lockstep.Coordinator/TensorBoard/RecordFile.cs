using System.Buffers.Binary;
using System.Numerics;

namespace Lockstep.Coordinator.TensorBoard;

/// <summary>
/// A file of records in the TFRecord format: length (8 bytes), masked CRC-32C of these 8 bytes, data, masked CRC-32C of the data; all
/// little-endian. Source: the format's description in TensorFlow's documentation.
/// </summary>
internal sealed class RecordFile(string path) : IDisposable
{
    private const int LengthBytes = sizeof(ulong),
        CrcBytes = sizeof(uint);

    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Appends one record, whole or not at all: a reader gives up at the first that is broken.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> data)
    {
        long before = _file.Position;
        try
        {
            _file.Write(Frame(data));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file.SetLength(before);
            _file.Position = before;
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    internal static byte[] Frame(ReadOnlySpan<byte> data)
    {
        byte[] frame = new byte[LengthBytes + CrcBytes + data.Length + CrcBytes];
        var length = frame.AsSpan(0, LengthBytes);
        BinaryPrimitives.WriteInt64LittleEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(LengthBytes), Masked(Crc32C(length)));
        data.CopyTo(frame.AsSpan(LengthBytes + CrcBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(LengthBytes + CrcBytes + data.Length), Masked(Crc32C(data)));
        return frame;
    }

    /// <summary>The format's mask: a CRC of data that holds CRCs of its own would be weak.</summary>
    internal static uint Masked(uint crc) => BitOperations.RotateRight(crc, 15) + 0xA282EAD8;

    /// <summary>CRC-32C (Castagnoli), as RFC 3720 defines it.</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
