using System.Formats.Tar;

namespace AlexNet.Data.Tests.Archives;

/// <summary>Writes tars for the tests.</summary>
internal static class TarBytes
{
    public static byte[] Of(params IEnumerable<(string Name, byte[] Content)> files) =>
        Of(files.Select(f => new PaxTarEntry(TarEntryType.RegularFile, f.Name) { DataStream = new MemoryStream(f.Content) }));

    public static byte[] Of(IEnumerable<TarEntry> entries)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        }

        return stream.ToArray();
    }

    /// <summary>A block as ustar has it, with its checksum.</summary>
    public static byte[] Header(string name, long bytes, char kind = '0')
    {
        byte[] block = new byte[512];
        Put(0, name);
        Put(100, "0000644\0");
        Put(124, Convert.ToString(bytes, 8).PadLeft(11, '0'));
        Put(136, "00000000000");
        Put(156, kind.ToString());
        Put(257, "ustar\0" + "00");
        Put(148, "        ");
        Put(148, Convert.ToString(block.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return block;

        void Put(int at, string text) => System.Text.Encoding.ASCII.GetBytes(text).CopyTo(block, at);
    }
}
