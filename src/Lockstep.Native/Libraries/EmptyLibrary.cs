using System.Buffers.Binary;
using System.Text;

namespace Lockstep.Native.Libraries;

/// <summary>Makes a shared library for x64 that holds nothing but a name. Layout: System V ABI.</summary>
internal static class EmptyLibrary
{
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const int DynamicStart = HeaderSize + 3 * SegmentSize;
    private const int DynamicSize = 7 * 16;
    private const int SymbolsStart = DynamicStart + DynamicSize; // one empty symbol of 24 bytes, as the table must begin
    private const int HashStart = SymbolsStart + 24; // one bucket and one chain, both empty
    private const int NamesStart = HashStart + 16;

    public static byte[] Named(string name)
    {
        byte[] names = Encoding.UTF8.GetBytes($"\0{name}\0");
        byte[] content = new byte[NamesStart + names.Length];
        names.CopyTo(content, NamesStart);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(HashStart), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(HashStart + 4), 1);
        WriteHeader(content);

        const uint readWrite = 6; // the loader writes into the dynamic table
        WriteSegment(content, 0, type: 1, readWrite, start: 0, content.Length, alignment: 4096);
        WriteSegment(content, 1, type: 2, readWrite, DynamicStart, DynamicSize, alignment: 8);
        WriteSegment(content, 2, type: 0x6474e551, readWrite, start: 0, size: 0, alignment: 16); // else stacks would become executable

        // the hash table, names, symbols, size of the names, size of a symbol, the library's own name, and the end
        (long Tag, long Value)[] dynamic =
        [
            (4, HashStart),
            (5, NamesStart),
            (6, SymbolsStart),
            (10, names.Length),
            (11, 24),
            (14, 1),
            (0, 0),
        ];
        for (int i = 0; i < dynamic.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(DynamicStart + 16 * i), dynamic[i].Tag);
            BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(DynamicStart + 16 * i + 8), dynamic[i].Value);
        }
        return content;
    }

    private static void WriteHeader(byte[] content)
    {
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(content);
        // type, machine, version, where the segments are, the sizes of the header and of a segment, their number
        (int Offset, ushort Value)[] fields = [(16, 3), (18, 62), (20, 1), (32, HeaderSize), (52, HeaderSize), (54, SegmentSize), (56, 3)];
        foreach (var (offset, value) in fields)
            BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(offset), value);
    }

    private static void WriteSegment(byte[] content, int index, uint type, uint flags, int start, int size, int alignment)
    {
        var segment = content.AsSpan(HeaderSize + SegmentSize * index, SegmentSize);
        BinaryPrimitives.WriteUInt32LittleEndian(segment, type);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], flags);
        (int Offset, long Value)[] fields = [(8, start), (16, start), (24, start), (32, size), (40, size), (48, alignment)];
        foreach (var (offset, value) in fields)
            BinaryPrimitives.WriteInt64LittleEndian(segment[offset..], value);
    }
}
