using System.Buffers.Binary;
using System.Text;

namespace Lockstep.Native.Libraries;

/// <summary>
/// The few facts of a 64-bit x86 ELF library that loading turns on, read as the system's loader reads them: from the dynamic
/// table, not from the sections, which may be stripped. Layout: System V ABI, and the LSB on symbol versioning.
/// </summary>
internal sealed class ElfImage
{
    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;

    private const long StringTable = 5;
    private const long SymbolTable = 6;
    private const long SharedObjectNameTag = 14;
    private const long GnuHash = 0x6ffffef5;
    private const long SymbolVersions = 0x6ffffff0;
    private const long VersionNeeds = 0x6ffffffe;
    private const long VersionNeedCount = 0x6fffffff;

    private readonly string _path;
    private readonly byte[] _content;
    private readonly List<(ulong Address, ulong Size, ulong Offset)> _segments = [];
    private readonly Dictionary<long, ulong> _dynamic = [];

    /// <exception cref="NativeLibraryException">The bytes are no such library, or end early.</exception>
    public ElfImage(string path, byte[] content)
    {
        _path = path;
        _content = content;
        ReadOnlySpan<byte> start = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        if (!content.AsSpan().StartsWith(start) || U16(18) != 62)
            throw Broken("it does not start like one");
        ReadSegments();
    }

    public static ElfImage Read(string path)
    {
        try
        {
            return new(path, File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NativeLibraryException($"library '{path}': it cannot be read: {e.Message} Make it readable for this user.", e);
        }
    }

    public ReadOnlySpan<byte> Content => _content;

    /// <summary>The name that other libraries ask for it by.</summary>
    public string? SharedObjectName => _dynamic.TryGetValue(SharedObjectNameTag, out ulong name) ? Name(name) : null;

    /// <summary>Every version of other libraries' symbols that the loader insists on.</summary>
    public IEnumerable<VersionRequirement> VersionRequirements()
    {
        if (!_dynamic.TryGetValue(VersionNeeds, out ulong address))
            yield break;
        ulong need = Offset(address);
        for (ulong left = Tag(VersionNeedCount); left > 0; left--)
        {
            string library = Name(U32(need + 4));
            ulong version = need + U32(need + 8);
            for (ushort versions = U16(need + 2); versions > 0; versions--)
            {
                yield return new(library, Name(U32(version + 8)), U16(version + 6), U16(version + 4), (int)version + 4);
                version += U32(version + 12);
            }
            uint next = U32(need + 12);
            if (next == 0)
                break;
            need += next;
        }
    }

    /// <summary>Where in the file the two bytes lie that give the version of an undefined symbol; null when it has none.</summary>
    public int? FindSymbolVersion(string symbol)
    {
        ulong symbols = Offset(Tag(SymbolTable));
        uint undefined = U32(Offset(Tag(GnuHash)) + 4); // the hash table covers defined symbols only, and they come last
        for (ulong i = 1; i < undefined; i++)
        {
            if (Name(U32(symbols + 24 * i)) == symbol)
            {
                ulong version = Offset(Tag(SymbolVersions)) + 2 * i;
                _ = U16(version); // throws when it lies outside
                return (int)version;
            }
        }

        return null;
    }

    private void ReadSegments()
    {
        ulong header = U64(32);
        var dynamic = (Offset: 0UL, Size: 0UL);
        for (ushort left = U16(56); left > 0; left--, header += U16(54))
        {
            if (U32(header) == LoadSegment)
                _segments.Add((U64(header + 16), U64(header + 32), U64(header + 8)));
            else if (U32(header) == DynamicSegment)
                dynamic = (U64(header + 8), U64(header + 32));
        }
        for (ulong at = 0; at < dynamic.Size && U64(dynamic.Offset + at) is var tag and not 0; at += 16)
            _dynamic[(long)tag] = U64(dynamic.Offset + at + 8);
        if (_dynamic.Count == 0)
            throw Broken("it has no dynamic table");
    }

    private ulong Tag(long tag) =>
        _dynamic.TryGetValue(tag, out ulong value) ? value : throw Broken($"its dynamic table has no entry 0x{tag:x}");

    private ulong Offset(ulong address)
    {
        foreach (var segment in _segments)
        {
            if (address >= segment.Address && address - segment.Address < segment.Size)
                return address - segment.Address + segment.Offset;
        }

        throw Broken($"address 0x{address:x} lies in none of its segments");
    }

    private string Name(ulong offset)
    {
        ulong start = Offset(Tag(StringTable)) + offset;
        var rest = At(start, 0);
        int length = rest.IndexOf((byte)0);
        return length >= 0 ? Encoding.UTF8.GetString(rest[..length]) : throw Broken($"the name at byte {start} does not end");
    }

    private ushort U16(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(offset, 2));

    private uint U32(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(offset, 4));

    private ulong U64(ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(At(offset, 8));

    /// <summary>The bytes from an offset to the end, at least as many as asked for.</summary>
    private ReadOnlySpan<byte> At(ulong offset, int atLeast) =>
        offset <= (ulong)_content.Length && _content.Length - (int)offset >= atLeast
            ? _content.AsSpan((int)offset)
            : throw Broken($"it has {_content.Length} bytes and refers to byte {offset}");

    private NativeLibraryException Broken(string what) =>
        new(
            $"library '{_path}': it is not a whole ELF library for x64: {what}. Restore the packages again "
                + "('dotnet nuget locals global-packages --clear' removes damaged ones), or copy the file again."
        );
}
