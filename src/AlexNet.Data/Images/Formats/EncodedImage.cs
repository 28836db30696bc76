using SkiaSharp;

namespace AlexNet.Data.Images.Formats;

/// <summary>An image file in memory, whose header has been read.</summary>
internal sealed unsafe class EncodedImage : IDisposable
{
    private readonly SKData _data;

    private EncodedImage(string path, byte* content, int bytes, ImageFormat format)
    {
        (Path, Bytes, Format) = (path, bytes, format);
        Content = content;
        _data = SKData.Create((IntPtr)content, bytes);
        if (SKCodec.Create(_data) is not { } codec)
        {
            _data.Dispose();
            throw Damaged("has a header that is damaged, cut off, or asks for more than any decoder does");
        }
        (Codec, Width, Height) = (codec, codec.Info.Width, codec.Info.Height);
        Orientation = Orientation.Of(
            format == ImageFormat.Png ? ExifOrientation.Of(PngChunks.Exif(new(content, bytes))) : (int)codec.EncodedOrigin
        );
    }

    public string Path { get; }

    public byte* Content { get; }

    public int Bytes { get; }

    public ImageFormat Format { get; }

    /// <summary>Decodes it; at most once.</summary>
    public SKCodec Codec { get; }

    /// <summary>Stored columns.</summary>
    public int Width { get; }

    /// <summary>Stored rows.</summary>
    public int Height { get; }

    public Orientation Orientation { get; }

    /// <summary>Width and height as it is seen.</summary>
    public (int Width, int Height) Upright => Orientation.Transposed ? (Height, Width) : (Width, Height);

    public bool HasAlpha => Codec.Info.AlphaType != SKAlphaType.Opaque;

    /// <param name="path">For messages.</param>
    /// <param name="content">The file; stays where it is as long as this lives.</param>
    /// <param name="bytes">Its length.</param>
    /// <exception cref="ImageException">It is no image of a known format, or one that is beyond the limits.</exception>
    public static EncodedImage Open(string path, byte* content, int bytes)
    {
        var head = new ReadOnlySpan<byte>(content, bytes);
        if (ImageFormats.Of(head) is not { } format)
        {
            throw new ImageException(
                path,
                $"begins with {ImageFormats.Describe(head)}",
                $"a {ImageFormats.Known} file is required; remove it or replace it"
            );
        }

        var image = new EncodedImage(path, content, bytes, format);
        if (format == ImageFormat.Jpeg && !JpegEnd.IsMarked(head))
        {
            image.Dispose();
            throw image.Damaged("is cut off: the mark of its end is missing"); // here, because a crop may not need the rows that are lost
        }
        if (image is { Width: <= ImageLimits.Side, Height: <= ImageLimits.Side } && (long)image.Width * image.Height <= ImageLimits.Pixels)
            return image;
        image.Dispose();
        throw new ImageException(
            path,
            $"is {image.Width}x{image.Height} pixels",
            $"at most {ImageLimits.Side} a side and {ImageLimits.Pixels} in all are allowed; make it smaller"
        );
    }

    /// <summary>What to throw where its content cannot be decoded.</summary>
    public ImageException Damaged(string found) => new(Path, found, $"a whole {Format} file is required; remove it or copy it again");

    public void Dispose()
    {
        Codec.Dispose();
        _data.Dispose();
    }
}
