using System.Formats.Tar;
using System.IO.Compression;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;

namespace AlexNet.Data.Tests.Cifar;

/// <summary>A temporary directory with six small files of CIFAR-10, of which a test spoils some.</summary>
internal sealed class CifarDirectory : IDisposable
{
    public const int RecordBytes = 3073;
    public const string Inside = "cifar-10-batches-bin",
        Archive = "cifar-10-binary.tar.gz",
        Test = "test_batch.bin",
        Names = "batches.meta.txt";

    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// Two records a file; where they lie says <paramref name="place"/>: "" for the directory itself, a folder, or the archive.
    /// </summary>
    public CifarDirectory(string place = "")
    {
        if (place == Archive)
        {
            Pack([.. Good()]);
        }
        else
        {
            foreach (var (name, content) in Good())
                Write(Path.Combine(place, name), content);
        }
    }

    public string this[string name] => _folder[name];

    public Recipe Recipe => TestData.Recipe(DataKind.Cifar10, _folder.Path, height: 32, width: 32);

    /// <summary>A record whose pixels all are the label's tenfold.</summary>
    public static byte[] Record(int label) => [(byte)label, .. Enumerable.Repeat((byte)(10 * label), RecordBytes - 1)];

    public static IEnumerable<(string Name, byte[] Content)> Good()
    {
        for (int i = 0; i < 5; i++)
            yield return ($"data_batch_{i + 1}.bin", [.. Record(i), .. Record(9 - i)]);
        yield return (Test, [.. Record(3), .. Record(4), .. Record(5)]);
        yield return (Names, "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"u8.ToArray());
    }

    public void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name]) ?? "");
        File.WriteAllBytes(this[name], content);
    }

    public void Pack(IEnumerable<(string Name, byte[] Content)> files) =>
        Pack(
            files.Select(f => new PaxTarEntry(TarEntryType.RegularFile, $"{Inside}/{f.Name}") { DataStream = new MemoryStream(f.Content) })
        );

    public void Pack(IEnumerable<TarEntry> entries)
    {
        using var file = File.Create(this[Archive]);
        using var packed = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(packed);
        foreach (var entry in entries)
            tar.WriteEntry(entry);
    }

    public void Dispose() => _folder.Dispose();
}
