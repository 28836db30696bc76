using System.Buffers.Binary;
using AlexNet.Data.Images.Decoding;
using AlexNet.Data.Images.Formats;
using AlexNet.Testing;

namespace AlexNet.Data.Tests.Images;

/// <summary>Files that are broken by accident or on purpose: each is refused by name, before memory is spent on it.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_MissingFile_SaysSo() => Assert.Contains("cannot be read", ErrorOf(_folder["none.jpg"]));

    [Fact]
    public void Read_EmptyFile_SaysSo() => Assert.Contains("has 0 bytes", ErrorOf(Write("empty.jpg", [])));

    [Fact]
    public void Read_TextNamedJpg_QuotesItsStart()
    {
        string error = ErrorOf(Write("notes.jpg", "Dear reader, this is no picture."u8));
        Assert.Contains("begins with 'Dear reader,'", error);
        Assert.Contains("JPEG, PNG, WebP or BMP", error);
    }

    [Fact]
    public void Read_UnknownBytes_ShowsThem() =>
        Assert.Contains("begins with the bytes 00ff00ff", ErrorOf(Write("noise.png", [0, 255, 0, 255])));

    [Fact]
    public void Read_OtherImageFormat_IsRefused() => Assert.Contains("begins with 'GIF89a", ErrorOf(Write("moving.gif", "GIF89a123456"u8)));

    /// <summary>Cut anywhere, and with the crop anywhere: a file is whole in every epoch or in none.</summary>
    [Theory]
    [InlineData("colour.jpg")]
    [InlineData("subsampled.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("colour.png")]
    [InlineData("palette.png")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    [InlineData("colour.bmp")]
    public void Read_TruncatedFile_IsRefused(string name)
    {
        byte[] whole = File.ReadAllBytes(Fixture.PathOf(name));
        var recipe = Reading.Recipe(crop: 4, augmentation: new() { RandomCrop = true });
        foreach (double part in new[] { 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97 })
        {
            string path = Write($"cut-{part}", whole.AsSpan(0, Math.Max(13, (int)(whole.Length * part))));
            for (int epoch = 0; epoch < 4; epoch++)
            {
                foreach (var decoder in Enum.GetValues<JpegDecoder>())
                    Assert.Contains(path, Assert.Throws<ImageException>(() => Reading.Read(path, recipe, new(0, epoch), decoder)).Message);
            }
        }
    }

    /// <summary>The end of an embedded preview is no end of the picture.</summary>
    [Fact]
    public void Read_TruncatedFileWithAPreview_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(Fixture.PathOf("colour.jpg")),
            preview = File.ReadAllBytes(Fixture.PathOf("small.jpg"));
        byte[] segment = [0xFF, 0xE5, (byte)((preview.Length + 2) >> 8), (byte)(preview.Length + 2), .. preview];
        byte[] withPreview = [.. whole[..2], .. segment, .. whole[2..]];
        string good = Write("good.jpg", withPreview),
            cut = Write("cut.jpg", withPreview.AsSpan(0, withPreview.Length - 400));
        Assert.Equal(Reading.Read(Fixture.PathOf("colour.jpg")), Reading.Read(good));
        var recipe = Reading.Recipe(crop: 4, augmentation: new() { RandomCrop = true });
        for (int epoch = 0; epoch < 10; epoch++)
            Assert.Throws<ImageException>(() => Reading.Read(cut, recipe, new(0, epoch), JpegDecoder.Skia));
    }

    [Fact]
    public void Read_HugeJpeg_IsRefusedByItsHeader()
    {
        byte[] file = File.ReadAllBytes(Fixture.PathOf("colour.jpg"));
        int frame = file.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), 60_000);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), 60_000);
        AssertRefusedWithoutMemory(Write("huge.jpg", file), "60000x60000");
    }

    [Theory]
    [InlineData(50_000, 50_000)]
    [InlineData(1, 70_000)]
    [InlineData(1_000_000, 1_000_000)]
    public void Read_HugePng_IsRefusedByItsHeader(int width, int height)
    {
        byte[] file = File.ReadAllBytes(Fixture.PathOf("colour.png"));
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32(file.AsSpan(12, 17)));
        AssertRefusedWithoutMemory(Write("huge.png", file), required: "");
    }

    [Theory]
    [InlineData(50_000, 50_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(-5, 0)]
    public void Read_HugeBmp_IsRefusedByItsHeader(int width, int height)
    {
        byte[] file = File.ReadAllBytes(Fixture.PathOf("colour.bmp"));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        AssertRefusedWithoutMemory(Write("huge.bmp", file), required: "");
    }

    /// <summary>Whatever single byte is wrong, it is read or refused; nothing else happens.</summary>
    [Theory]
    [InlineData("colour.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("palette-transparent.png")]
    [InlineData("lossy.webp")]
    [InlineData("grey.bmp")]
    public void Read_AnyByteChanged_IsReadOrRefused(string name)
    {
        byte[] whole = File.ReadAllBytes(Fixture.PathOf(name));
        var random = new Random(2012);
        for (int round = 0; round < 150; round++)
        {
            byte[] spoilt = [.. whole];
            spoilt[round < 60 ? round : random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
            string path = Write("spoilt", spoilt);
            foreach (var decoder in Enum.GetValues<JpegDecoder>())
            {
                if (Record.Exception(() => Reading.Read(path, decoder: decoder)) is { } error)
                    Assert.Contains($"image '{path}'", Assert.IsType<ImageException>(error).Message);
            }
        }
    }

    private static void AssertRefusedWithoutMemory(string path, string required)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string error = ErrorOf(path);
        Assert.Contains(required, error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>As PNG has it: the polynomial 0xEDB88320, bit by bit.</summary>
    private static uint Crc32(ReadOnlySpan<byte> content)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in content)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }

    private string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(_folder[name], content);
        return _folder[name];
    }

    private static string ErrorOf(string path)
    {
        string error = Assert.Throws<ImageException>(() => Reading.Read(path)).Message;
        Assert.Contains($"image '{path}'", error);
        return error;
    }
}
