using System.IO.Compression;

namespace AlexNet.Data.Tests.Idx;

/// <summary>A temporary directory with four small IDX files, of which a test spoils some.</summary>
internal sealed class IdxDirectory : IDisposable
{
    public const string TrainImages = "train-images-idx3-ubyte",
        TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte",
        TestLabels = "t10k-labels-idx1-ubyte";
    public const int Height = 3,
        Width = 2;

    private readonly bool _packed;

    public IdxDirectory(bool packed = false)
    {
        _packed = packed;
        Write(TrainImages, Images(5));
        Write(TrainLabels, Labels(0, 1, 2, 3, 4));
        Write(TestImages, Images(2));
        Write(TestLabels, Labels(9, 8));
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("alexnet-idx-").FullName;

    /// <summary>Images whose bytes count up from 0.</summary>
    public static byte[] Images(int count, int? declared = null, byte height = Height, byte width = Width) =>
        [
            .. Header(0x803, declared ?? count),
            0,
            0,
            0,
            height,
            0,
            0,
            0,
            width,
            .. Enumerable.Range(0, count * height * width).Select(i => (byte)i),
        ];

    public static byte[] Labels(params byte[] labels) => [.. Header(0x801, labels.Length), .. labels];

    public static byte[] Header(int magic, int count) =>
        [.. BitConverter.GetBytes(magic).Reverse(), .. BitConverter.GetBytes(count).Reverse()];

    public string FileOf(string name) => System.IO.Path.Combine(Path, _packed ? name + ".gz" : name);

    public void Write(string name, byte[] content)
    {
        using var file = File.Create(FileOf(name));
        using Stream stream = _packed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(content);
    }

    public void WriteRaw(string name, byte[] content) => File.WriteAllBytes(FileOf(name), content);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
