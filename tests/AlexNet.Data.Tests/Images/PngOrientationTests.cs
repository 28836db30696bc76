using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using AlexNet.Data.Images;
using AlexNet.Data.Packing;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;
using SkiaSharp;

namespace AlexNet.Data.Tests.Images;

/// <summary>A PNG file whose eXIf chunk says how to hold it is seen upright, as a JPEG file is.</summary>
public sealed class PngOrientationTests : IDisposable
{
    private const int Width = 3,
        Height = 2;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, bool, bool>();
            for (int orientation = 1; orientation <= 8; orientation++)
            {
                foreach (bool isLittle in (bool[])[false, true])
                {
                    foreach (bool isLast in (bool[])[false, true])
                        cases.Add(orientation, isLittle, isLast);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_EveryOrientationByteOrderAndPlace_IsUpright(int orientation, bool isLittle, bool isLast)
    {
        string path = Write(Exif(orientation, isLittle), isLast);
        Assert.Equal(Upright(orientation), Read(path, orientation));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(3)]
    public void Shrink_OneThatIsTooLarge_IsPackedUpright(int orientation)
    {
        var packed = new PictureShrinker(size: Height, quality: 100).Shrink(
            new ImageFile(Write(Exif(orientation, isLittle: true), isLast: false, scale: 8)),
            label: 0
        );
        File.WriteAllBytes(_folder["packed.jpg"], packed.Content);
        Assert.Equal("jpg", packed.Extension);
        // of the filter and of JPEG; neighbours differ by 30
        Assert.InRange(Reading.LargestDifference(Upright(orientation), Read(_folder["packed.jpg"], orientation)), 0, 20);
    }

    [Fact]
    public void Shrink_OneThatFits_KeepsItsOrientation()
    {
        var packed = new PictureShrinker(size: 64, quality: 90).Shrink(
            new ImageFile(Write(Exif(6, isLittle: true), isLast: false)),
            label: 0
        );
        File.WriteAllBytes(_folder["packed.png"], packed.Content);
        Assert.Equal(Upright(6), Read(_folder["packed.png"], 6));
    }

    /// <summary>
    /// The chunk is the standard's; the text that some programs wrote before there was one says nothing beside it, nor alone.
    /// </summary>
    [Fact]
    public void Read_AlsoARawProfileOfText_GoesByTheChunk()
    {
        byte[] text =
        [
            .. "Raw profile type exif\0\0"u8,
            .. Deflated("\nexif\n      26\n" + Convert.ToHexStringLower(Exif(3, isLittle: false)) + "\n"),
        ];
        Assert.Equal(Upright(6), Read(Write(Exif(6, isLittle: false), isLast: false, scale: 1, ("zTXt", text)), 6));
        Assert.Equal(Upright(1), Read(Write(null, isLast: false, scale: 1, ("zTXt", text)), 1));
    }

    [Fact]
    public void Read_JpegsMarkInFront_IsPassedOver() =>
        Assert.Equal(Upright(6), Read(Write([.. "Exif\0\0"u8, .. Exif(6, isLittle: true)], isLast: false), 6));

    [Theory]
    [InlineData("")]
    [InlineData("4d4d")]
    [InlineData("5858002a00000008000101120003000000010006000000000000")] // no byte order
    [InlineData("4d4d002a00000008000101120003000000010009000000000000")] // 9
    [InlineData("49492a00080000000100120103000100000000000000000000")] // 0
    [InlineData("4d4d002a00000008000101120004000000010006000000000000")] // no short number
    [InlineData("4d4d002a000000080001011200030000")] // cut off
    [InlineData("4d4d002affffffff")]
    [InlineData("49492a0008000000ffff")]
    public void Read_ExifThatIsNone_IsAsStored(string exif) =>
        Assert.Equal(Upright(1), Read(Write(Convert.FromHexString(exif), isLast: false), 1));

    private static DataRecipe Recipe(int height, int width) =>
        Reading.Recipe(resize: new WholeResize { Height = height, Width = width }) with
        {
            Height = height,
            Width = width,
        };

    private static byte[] Read(string path, int orientation) =>
        orientation > 4 ? Reading.Read(path, Recipe(Width, Height)) : Reading.Read(path, Recipe(Height, Width));

    /// <summary>Grey levels that tell every pixel from the others.</summary>
    private static byte Stored(int row, int column) => (byte)(20 + 30 * (row * Width + column));

    /// <summary>What Exif 2.3 says each orientation to mean: three equal planes.</summary>
    private static byte[] Upright(int orientation)
    {
        var (height, width) = orientation > 4 ? (Width, Height) : (Height, Width);
        byte[] plane =
        [
            .. from row in Enumerable.Range(0, height) from column in Enumerable.Range(0, width) select Seen(orientation, row, column),
        ];
        return [.. plane, .. plane, .. plane];
    }

    private static byte Seen(int orientation, int row, int column) =>
        orientation switch
        {
            1 => Stored(row, column),
            2 => Stored(row, Width - 1 - column),
            3 => Stored(Height - 1 - row, Width - 1 - column),
            4 => Stored(Height - 1 - row, column),
            5 => Stored(column, row),
            6 => Stored(Height - 1 - column, row),
            7 => Stored(Height - 1 - column, Width - 1 - row),
            _ => Stored(column, Width - 1 - row),
        };

    private string Write(byte[]? exif, bool isLast, int scale = 1, params (string Type, byte[] Content)[] others)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Width * scale, Height * scale, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < bitmap.Height; y++)
        {
            for (int x = 0; x < bitmap.Width; x++)
                bitmap.SetPixel(x, y, Stored(y / scale, x / scale) is var grey ? new SKColor(grey, grey, grey) : default);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        byte[] png = data.ToArray();
        int pixels = png.AsSpan().IndexOf("IDAT"u8) - 4,
            end = png.AsSpan().IndexOf("IEND"u8) - 4,
            place = isLast ? end : pixels;
        byte[] added = [.. others.SelectMany(o => Chunk(o.Type, o.Content)), .. exif is null ? [] : Chunk("eXIf", exif)];
        string path = _folder[$"{Guid.NewGuid():n}.png"];
        File.WriteAllBytes(path, [.. png[..place], .. added, .. png[place..]]);
        return path;
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(type), .. content];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. checksum];
    }

    private static byte[] Exif(int orientation, bool isLittle)
    {
        byte o = (byte)orientation;
        return isLittle
            ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, o, 0, 0, 0, 0, 0, 0, 0]
            : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, o, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Deflated(string text)
    {
        using var bytes = new MemoryStream();
        using (var deflate = new ZLibStream(bytes, CompressionLevel.Fastest))
            deflate.Write(System.Text.Encoding.ASCII.GetBytes(text));
        return bytes.ToArray();
    }
}
