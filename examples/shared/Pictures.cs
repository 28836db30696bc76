using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using Lockstep.Torch.Modules;
using static TorchSharp.torch;

namespace Examples;

/// <summary>Labelled pictures for the examples: those of a folder, or drawn ones where no folder is given.</summary>
internal static class Pictures
{
    private const int CifarClasses = 10,
        CifarSide = 32,
        DrawnTraining = 2000,
        DrawnTest = 500;

    /// <summary>Fashion-MNIST, or anything in its format: the four .gz files. Pictures are [samples, 1, 28, 28], 0 to 1.</summary>
    public static (TensorSamples Train, TensorSamples Test) Mnist(string folder) =>
        folder.Length == 0 ? Drawn(1, 28) : (Idx(folder, "train"), Idx(folder, "t10k"));

    /// <summary>CIFAR-10 in its binary format, packed in one .tar.gz. Pictures are [samples, 3, 32, 32], 0 to 1.</summary>
    public static (TensorSamples Train, TensorSamples Test) Cifar(string file) =>
        file.Length == 0 ? Drawn(3, CifarSide) : (Batches(file, "data_batch"), Batches(file, "test_batch"));

    /// <summary>Bars of ten directions in noise, drawn from a fixed seed: for a first run without any data.</summary>
    private static (TensorSamples Train, TensorSamples Test) Drawn(int channels, int side) =>
        (Bars(DrawnTraining, channels, side, seed: 1), Bars(DrawnTest, channels, side, seed: 2));

    private static TensorSamples Bars(int count, int channels, int side, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var labels = arange(count) % CifarClasses;
        var angle = (labels.to(ScalarType.Float32) * (Math.PI / CifarClasses)).view(count, 1, 1);
        var places = linspace(-1, 1, side);
        var along = places.view(1, 1, side) * angle.sin() - places.view(1, side, 1) * angle.cos();
        var bars = (along.abs() < 0.2).to(ScalarType.Float32).unsqueeze(1).expand(count, channels, side, side);
        var noise = rand(count, channels, side, side, generator: generator);
        return new TensorSamples((0.6 * bars + 0.4 * noise).DetachFromDisposeScope(), labels.DetachFromDisposeScope());
    }

    private static TensorSamples Idx(string folder, string part)
    {
        byte[] images = Unpack(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz")),
            labels = Unpack(Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
        int count = BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(4)),
            height = BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(8)),
            width = BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(12));
        return Samples(images[16..], labels[8..], count, 1, height, width);
    }

    private static TensorSamples Batches(string file, string name)
    {
        const int Pixels = 3 * CifarSide * CifarSide;
        using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var archive = new TarReader(packed);
        using var records = new MemoryStream();
        while (archive.GetNextEntry() is { } entry)
        {
            if (Path.GetFileName(entry.Name).StartsWith(name, StringComparison.Ordinal))
                entry.DataStream?.CopyTo(records);
        }

        byte[][] all = [.. records.ToArray().Chunk(Pixels + 1)]; // a label, then red, green and blue
        return Samples([.. all.SelectMany(r => r.Skip(1))], [.. all.Select(r => r[0])], all.Length, 3, CifarSide, CifarSide);
    }

    private static TensorSamples Samples(byte[] pixels, byte[] labels, int count, int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        var pictures = tensor(pixels, ScalarType.Float32).view(count, channels, height, width) / byte.MaxValue;
        return new TensorSamples(pictures.DetachFromDisposeScope(), tensor(labels, ScalarType.Int64).DetachFromDisposeScope());
    }

    private static byte[] Unpack(string file)
    {
        using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }
}
