using System.Formats.Tar;
using AlexNet.Data.Archives;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Tests.Archives;

public sealed class TarIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Long names and extended headers move the content; nothing that is no regular file counts.</summary>
    [Fact]
    public void Of_AnyTar_SaysWhereTheBytesLie()
    {
        string name = new('n', 300);
        var entries = new TarEntry[]
        {
            new PaxTarEntry(TarEntryType.Directory, "folder/"),
            new PaxTarEntry(TarEntryType.RegularFile, $"folder/{name}.jpg") { DataStream = new MemoryStream("first"u8.ToArray()) },
            new GnuTarEntry(TarEntryType.RegularFile, $"{name}.png") { DataStream = new MemoryStream(new byte[1000]) },
            new UstarTarEntry(TarEntryType.SymbolicLink, "link.jpg") { LinkName = "/etc/passwd" },
            new UstarTarEntry(TarEntryType.RegularFile, "../last.jpg") { DataStream = new MemoryStream("last"u8.ToArray()) },
        };
        string path = Write(TarBytes.Of(entries));
        var members = TarIndex.Of(path);
        Assert.Equal([$"{name}.jpg", $"{name}.png", "last.jpg"], members.Select(m => m.FileName));
        Assert.Equal("first"u8, Read(path, members[0]));
        Assert.Equal(new byte[1000], Read(path, members[1]));
        Assert.Equal("last"u8, Read(path, members[2]));
    }

    [Fact]
    public void Of_TarInATar_CountsFromTheStartOfTheFile()
    {
        string path = Write(
            TarBytes.Of(("a.tar", TarBytes.Of(("1.jpg", [1, 2]))), ("b.tar", TarBytes.Of(("2.jpg", [3]), ("3.jpg", [4, 5]))))
        );
        var outer = TarIndex.Of(path);
        Assert.Equal([1, 2], Read(path, Assert.Single(TarIndex.Of(path, outer[0]))));
        Assert.Equal([4, 5], Read(path, TarIndex.Of(path, outer[1])[1]));
    }

    /// <summary>In the middle of the content, in a header, between two files, in front of the end, and nothing at all.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(511)]
    [InlineData(1000)]
    [InlineData(2048)]
    [InlineData(5000)]
    public void Of_CutOff_NamesTheFile(int kept)
    {
        string path = Write([
            .. TarBytes.Header("1.jpg", 1500),
            .. new byte[1536],
            .. TarBytes.Header("2.jpg", 4000),
            .. new byte[4096],
            .. new byte[1024],
        ]);
        Assert.Equal(2, TarIndex.Of(path).Count);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..kept]);
        Assert.Contains($"'{path}'", Assert.Throws<BadInputException>(() => TarIndex.Of(path)).Message);
    }

    [Fact]
    public void Of_CutOffBetweenFiles_MissesTheMarkOfTheEnd()
    {
        string path = Write([.. TarBytes.Header("1.jpg", 3), .. new byte[512]]);
        Assert.Contains("without the mark of its end", Assert.Throws<BadInputException>(() => TarIndex.Of(path)).Message);
    }

    [Fact]
    public void Of_NoTar_SaysSo()
    {
        string path = Write([.. Enumerable.Range(0, 2048).Select(i => (byte)(i * 7 + 1))]);
        Assert.Contains("is damaged, or not a tar", Assert.Throws<BadInputException>(() => TarIndex.Of(path)).Message);
    }

    /// <summary>An extended header of two gigabytes in a sparse file that really is as large; and a file that ends far beyond it.</summary>
    [Theory]
    [InlineData('x', 2_000_000_000, "has an extended header of")]
    [InlineData('L', 2_000_000_000, "has an extended header of")]
    [InlineData('0', 8_000_000_000, "it is cut off")]
    public void Of_HeaderThatPromisesTheWorld_Refuses(char kind, long bytes, string error)
    {
        string path = Write(TarBytes.Header("1.jpg", bytes, kind));
        using (var file = File.OpenWrite(path))
            file.SetLength(3_000_000_000);
        Assert.Contains(error, Assert.Throws<BadInputException>(() => TarIndex.Of(path)).Message);
    }

    private string Write(byte[] content)
    {
        string path = _folder[$"{Guid.NewGuid():N}.tar"];
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Read(string path, TarMember member) =>
        File.ReadAllBytes(path)[(int)member.Offset..(int)(member.Offset + member.Bytes)];
}
