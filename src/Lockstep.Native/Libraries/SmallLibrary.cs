using System.Buffers.Binary;
using System.Text;

namespace Lockstep.Native.Libraries;

/// <summary>Makes shared libraries for x64 of a few hundred bytes. Layout: System V ABI.</summary>
internal static class SmallLibrary
{
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const int DynamicStart = HeaderSize + 4 * SegmentSize;
    private const int DynamicSize = 8 * 16;
    private const int SymbolSize = 24;
    private const int SymbolsStart = DynamicStart + DynamicSize; // the table begins with an empty symbol
    private const int HashStart = SymbolsStart + 2 * SymbolSize; // one bucket, and a chain of two symbols
    private const int NamesStart = HashStart + 5 * 4;
    private const int CodeStart = 4096; // a page of its own: no page is both written to and run

    /// <summary>A library that holds nothing but its name.</summary>
    public static byte[] Named(string name)
    {
        var (names, at) = Names(name);
        return Make(names, [(Tags.Name, at[0])], function: null);
    }

    /// <summary>
    /// A library that stands before another: it has one function of that one's, which goes on at an address of this process. Whoever asks
    /// it for any other function gets the other library's.
    /// </summary>
    /// <param name="other">The name that the other library goes by; it is loaded already.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="address">What is called in its place, with its arguments.</param>
    public static byte[] Before(string other, string function, nint address)
    {
        var (names, at) = Names(other, function);
        return Make(names, [(Tags.Needed, at[0])], (at[1], address));
    }

    private static byte[] Make(byte[] names, (long Tag, long Value)[] own, (int Name, nint Address)? function)
    {
        byte[] content = new byte[function is null ? NamesStart + names.Length : CodeStart + 12];
        names.CopyTo(content, NamesStart);
        (long Tag, long Value)[] dynamic =
        [
            .. own,
            (Tags.Hash, HashStart),
            (Tags.Names, NamesStart),
            (Tags.Symbols, SymbolsStart),
            (Tags.NamesSize, names.Length),
            (Tags.SymbolSize, SymbolSize),
        ];
        foreach (var (i, entry) in dynamic.Index())
        {
            BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(DynamicStart + 16 * i), entry.Tag);
            BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(DynamicStart + 16 * i + 8), entry.Value);
        }
        int found = function is null ? 0 : 1; // the symbol that the bucket begins with
        foreach (var (i, value) in new[] { 1, 1 + found, found }.Index())
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(HashStart + 4 * i), value);

        WriteHeader(content, segments: (ushort)(function is null ? 3 : 4));
        const uint readWrite = 6; // the loader writes into the dynamic table
        WriteSegment(content, 0, type: 1, readWrite, start: 0, NamesStart + names.Length, alignment: 4096);
        WriteSegment(content, 1, type: 2, readWrite, DynamicStart, DynamicSize, alignment: 8);
        WriteSegment(content, 2, type: 0x6474e551, readWrite, start: 0, size: 0, alignment: 16); // else stacks would become executable
        if (function is { } code)
            WriteFunction(content, code.Name, code.Address);
        return content;
    }

    private static void WriteFunction(byte[] content, int name, nint address)
    {
        const uint readRun = 5;
        WriteSegment(content, 3, type: 1, readRun, CodeStart, size: 12, alignment: 4096);
        var symbol = content.AsSpan(SymbolsStart + SymbolSize, SymbolSize);
        BinaryPrimitives.WriteInt32LittleEndian(symbol, name);
        symbol[4] = 0x12; // a function that others may use
        symbol[6] = 1; // of this library
        BinaryPrimitives.WriteInt64LittleEndian(symbol[8..], CodeStart);
        BinaryPrimitives.WriteInt64LittleEndian(symbol[16..], 12);
        ReadOnlySpan<byte> move = [0x48, 0xb8], // mov rax, address
            jump = [0xff, 0xe0]; // jmp rax
        move.CopyTo(content.AsSpan(CodeStart));
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(CodeStart + 2), address);
        jump.CopyTo(content.AsSpan(CodeStart + 10));
    }

    private static (byte[] Names, int[] At) Names(params string[] names)
    {
        int[] at = [.. names.Select((_, i) => 1 + names.Take(i).Sum(n => Encoding.UTF8.GetByteCount(n) + 1))];
        return (Encoding.UTF8.GetBytes($"\0{string.Join('\0', names)}\0"), at);
    }

    private static void WriteHeader(byte[] content, ushort segments)
    {
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(content);
        // type, machine, version, where the segments are, the sizes of the header and of a segment, their number
        (int Offset, ushort Value)[] fields =
        [
            (16, 3),
            (18, 62),
            (20, 1),
            (32, HeaderSize),
            (52, HeaderSize),
            (54, SegmentSize),
            (56, segments),
        ];
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

    /// <summary>What an entry of the dynamic table tells.</summary>
    private static class Tags
    {
        public const long Needed = 1;
        public const long Hash = 4;
        public const long Names = 5;
        public const long Symbols = 6;
        public const long NamesSize = 10;
        public const long SymbolSize = 11;
        public const long Name = 14;
    }
}
