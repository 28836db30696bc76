using System.Formats.Tar;
using System.IO.Compression;
using AlexNet.Data.Opening;
using AlexNet.Data.Tests.Archives;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Cifar;

public class CifarDataSetTests
{
    [Theory]
    [InlineData("")]
    [InlineData(CifarDirectory.Inside)]
    [InlineData(CifarDirectory.Archive)]
    public void Open_AnyPlace_GivesTheSameSet(string place)
    {
        using var directory = new CifarDirectory(place);
        using var plain = new CifarDirectory();
        var set = DataSetOpener.Open(directory.Recipe);
        Assert.Equal((10, 3), (set.Train.Count, set.Test.Count));
        Assert.Equal([0, 9, 1, 8, 2, 7, 3, 6, 4, 5], Enumerable.Range(0, 10).Select(set.Train.LabelOf));
        Assert.Equal(["airplane", "automobile"], set.ClassNames.Take(2));
        Assert.All(TestData.Image(set.Test, 1), p => Assert.Equal(40, p));
        Assert.Equal(DataSetOpener.Open(plain.Recipe).Fingerprint, set.Fingerprint);
    }

    [Fact]
    public void Open_NoNames_NumbersTheClasses()
    {
        using var directory = new CifarDirectory();
        File.Delete(directory[CifarDirectory.Names]);
        Assert.Equal("9", DataSetOpener.Open(directory.Recipe).ClassNames[9]);
    }

    [Fact]
    public void Fingerprint_OneOtherPixel_Differs()
    {
        using var directory = new CifarDirectory();
        string before = DataSetOpener.Open(directory.Recipe).Fingerprint;
        directory.Write(CifarDirectory.Test, [.. CifarDirectory.Record(3)[..^1], 99]);
        Assert.NotEqual(before, DataSetOpener.Open(directory.Recipe).Fingerprint);
    }

    [Theory]
    [InlineData("")]
    [InlineData(CifarDirectory.Archive)]
    public void Open_MissingFile_NamesIt(string place)
    {
        using var directory = new CifarDirectory(place);
        if (place == CifarDirectory.Archive)
            directory.Pack([.. CifarDirectory.Good().Where(f => f.Name != CifarDirectory.Test)]);
        else
            File.Delete(directory[CifarDirectory.Test]);
        Assert.Contains($"has no file '{CifarDirectory.Test}'", TestData.ErrorOf(directory.Recipe));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("", 3072)]
    [InlineData("", 3074)]
    [InlineData(CifarDirectory.Archive, 0)]
    [InlineData(CifarDirectory.Archive, 6000)]
    public void Open_PartOfARecord_SaysHowMuchIsThere(string place, int bytes)
    {
        using var directory = new CifarDirectory(place);
        if (place == CifarDirectory.Archive)
            directory.Pack([.. CifarDirectory.Good().Select(f => f.Name == CifarDirectory.Test ? (f.Name, new byte[bytes]) : f)]);
        else
            directory.Write(CifarDirectory.Test, new byte[bytes]);
        string error = TestData.ErrorOf(directory.Recipe);
        Assert.Contains(CifarDirectory.Test + "'", error);
        Assert.Contains($"has {bytes} bytes", error);
    }

    [Fact]
    public void Open_LabelOutOfRange_SaysWhichRecord()
    {
        using var directory = new CifarDirectory();
        directory.Write("data_batch_4.bin", [.. CifarDirectory.Record(1), .. CifarDirectory.Record(10)]);
        string error = TestData.ErrorOf(directory.Recipe);
        Assert.Contains($"'{directory["data_batch_4.bin"]}' has label 10 in record 1", error);
    }

    [Fact]
    public void Open_OtherNumberOfNames_Refuses()
    {
        using var directory = new CifarDirectory();
        directory.Write(CifarDirectory.Names, "cat\ndog\n"u8.ToArray());
        Assert.Contains("has 2 class names; 10 are required", TestData.ErrorOf(directory.Recipe));
    }

    [Fact]
    public void Open_OtherNumberOfClasses_Refuses()
    {
        using var directory = new CifarDirectory();
        Assert.Contains(
            "'data.classes' is 2; CIFAR-10 has 10",
            TestData.ErrorOf(TestData.Recipe(DataKind.Cifar10, directory[""], classes: 2, height: 32, width: 32))
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    public void Open_ArchiveCutShort_NamesIt(int kept)
    {
        using var directory = new CifarDirectory(CifarDirectory.Archive);
        string path = directory[CifarDirectory.Archive];
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..kept]);
        Assert.Contains($"'{path}'", TestData.ErrorOf(directory.Recipe));
    }

    [Fact]
    public void Open_ArchiveThatIsNoGzip_SaysSo()
    {
        using var directory = new CifarDirectory(CifarDirectory.Archive);
        directory.Write(CifarDirectory.Archive, "this is no archive at all"u8.ToArray());
        Assert.Contains("ends in .gz and is not a gzip file", TestData.ErrorOf(directory.Recipe));
    }

    /// <summary>Names that lead elsewhere, links, devices: none is a file of the set, and none appears on the disk.</summary>
    [Fact]
    public void Open_ArchiveOfTraps_TakesNothingOfThem()
    {
        using var directory = new CifarDirectory(CifarDirectory.Archive);
        string[] names =
        [
            "../escaped.bin",
            "/tmp/alexnet-escaped.bin",
            $"{CifarDirectory.Inside}/../data_batch_1.bin",
            $"x/{CifarDirectory.Inside}/{CifarDirectory.Test}",
        ];
        var traps = names.Select(n => new PaxTarEntry(TarEntryType.RegularFile, n) { DataStream = new MemoryStream(new byte[3073]) });
        var link = new PaxTarEntry(TarEntryType.SymbolicLink, $"{CifarDirectory.Inside}/{CifarDirectory.Test}")
        {
            LinkName = "/etc/passwd",
        };
        directory.Pack(traps.Append(link));
        Assert.Contains("has no file 'data_batch_1.bin'", TestData.ErrorOf(directory.Recipe));
        Assert.Equal([directory[CifarDirectory.Archive]], Directory.GetFileSystemEntries(directory[""]));
        Assert.False(File.Exists("/tmp/alexnet-escaped.bin"));
    }

    [Fact]
    public void Open_FileTwice_Refuses()
    {
        using var directory = new CifarDirectory(CifarDirectory.Archive);
        directory.Pack([.. CifarDirectory.Good(), CifarDirectory.Good().First()]);
        Assert.Contains("data_batch_1.bin' twice", TestData.ErrorOf(directory.Recipe));
    }

    [Fact]
    public void Open_EndlessEntries_Refuses()
    {
        using var directory = new CifarDirectory(CifarDirectory.Archive);
        directory.Pack(Enumerable.Range(0, 2000).Select(i => ($"{i}.bin", Array.Empty<byte>())));
        Assert.Contains("has more than 1000 entries", TestData.ErrorOf(directory.Recipe));
    }

    /// <summary>
    /// A header that promises an extended header of two gigabytes, with a bomb behind it; and one that promises a file of them.
    /// </summary>
    [Theory]
    [InlineData('x', "has an extended header of")]
    [InlineData('L', "has an extended header of")]
    [InlineData('0', "bytes; at most")]
    public void Open_HeaderThatPromisesTheWorld_Refuses(char kind, string error)
    {
        using var directory = new CifarDirectory(CifarDirectory.Archive);
        using (var file = new GZipStream(File.Create(directory[CifarDirectory.Archive]), CompressionLevel.Fastest))
        {
            file.Write(TarBytes.Header($"{CifarDirectory.Inside}/{CifarDirectory.Test}", 2_000_000_000, kind));
            for (int i = 0; i < 64; i++)
                file.Write(new byte[1 << 20]);
        }
        Assert.Contains(error, TestData.ErrorOf(directory.Recipe));
        Assert.InRange(Environment.WorkingSet, 0, 1L << 30);
    }

    [Fact]
    public void Open_CifarSmall_GivesTwelveThousandBalancedImages()
    {
        string path = TestData.Shared("cifar-10");
        var set = DataSetOpener.Open(TestData.Recipe(DataKind.Cifar10, path, height: 224, width: 224));
        Assert.Equal((10_000, 2_000), (set.Train.Count, set.Test.Count));
        Assert.All(Enumerable.Range(0, 10_000).CountBy(set.Train.LabelOf), c => Assert.InRange(c.Value, 900, 1100));
        Assert.Equal("truck", set.ClassNames[9]);
        Assert.True(TestData.Image(set.Train, 0).Distinct().Count() > 50);
    }
}
