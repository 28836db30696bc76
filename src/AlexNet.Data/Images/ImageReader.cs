using System.Collections.Concurrent;
using AlexNet.Data.Images.Augmenting;
using AlexNet.Data.Images.Decoding;
using AlexNet.Data.Images.Formats;
using AlexNet.Data.Images.Frames;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Images;

/// <summary>
/// Turns image files into what a recipe asks for: decode, resize with an antialiased triangle filter, crop and mirror, straight into the
/// caller's bytes, whose colours are then changed and of which a rectangle is erased. Every member may be called from several threads at
/// once.
/// </summary>
/// <param name="data">Size, channels, resize and augmentation.</param>
/// <param name="seed">The run's seed, which with the sample's key decides the augmentation.</param>
/// <param name="decoder">Who decodes JPEG files.</param>
public sealed unsafe class ImageReader(DataRecipe data, long seed, JpegDecoder decoder = JpegDecoder.Auto)
{
    private readonly Framing _framing = new(data, seed);
    private readonly ColourJitter _jitter = new(data.Augmentation.ColourJitter, seed);
    private readonly Erasing _erasing = new(data, seed);
    private readonly ConcurrentBag<Workspace> _free = []; // as many as threads ever read at once

    /// <summary>Whether JPEG files are decoded by libjpeg-turbo.</summary>
    public bool UsesTurboJpeg { get; } = decoder == JpegDecoder.Auto && TurboJpeg.IsPresent;

    /// <summary>Reads one file.</summary>
    /// <param name="path">The file: JPEG, PNG, WebP or BMP, whatever its name; colours, grey, CMYK; transparent ones are seen over
    /// white.</param>
    /// <param name="sample">The image, and its epoch.</param>
    /// <param name="pixels">The result: channels x height x width bytes.</param>
    /// <exception cref="ImageException">It cannot be used.</exception>
    public void Read(string path, SampleKey sample, Span<byte> pixels) => Read(new ImageFile(path), sample, pixels);

    /// <summary>Reads one file, which may lie in an archive.</summary>
    /// <exception cref="ImageException">It cannot be used.</exception>
    internal void Read(ImageFile file, SampleKey sample, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, data.Channels * data.Height * data.Width);
        var workspace = TakeWorkspace();
        try
        {
            int bytes = file.Load(workspace.File);
            using var image = EncodedImage.Open(file.Path, workspace.File.Pointer, bytes);
            var (width, height) = image.Upright;
            workspace.Plan(image, _framing.Of(width, height, sample));
            workspace.Resample(Decode(image, workspace), image.Orientation.Transposed, pixels);
            Change(sample, pixels);
        }
        finally
        {
            workspace.Trim();
            _free.Add(workspace);
        }
    }

    /// <summary>Width and height of a picture, upright; only its header is decoded.</summary>
    /// <exception cref="ImageException">It cannot be used.</exception>
    internal (int Width, int Height) SizeOf(ImageFile file)
    {
        var workspace = TakeWorkspace();
        try
        {
            int bytes = file.Load(workspace.File);
            using var image = EncodedImage.Open(file.Path, workspace.File.Pointer, bytes);
            return image.Upright;
        }
        finally
        {
            workspace.Trim();
            _free.Add(workspace);
        }
    }

    /// <summary>Reads one picture whose pixels are there already.</summary>
    /// <param name="planes">The picture: channels x height x width, of one or three channels.</param>
    /// <param name="shape">Its shape; that of all pictures of a set is the same.</param>
    /// <param name="sample">The image, and its epoch.</param>
    /// <param name="pixels">The result: channels x height x width bytes.</param>
    public void Read(ReadOnlySpan<byte> planes, MapShape shape, SampleKey sample, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, data.Channels * data.Height * data.Width);
        var frame = _framing.Of(shape.Width, shape.Height, sample);
        if (shape.Channels == data.Channels && frame.Keeps(shape.Width, shape.Height))
            planes.CopyTo(pixels);
        else
            Resample(planes, shape, frame, pixels);
        Change(sample, pixels);
    }

    private void Change(SampleKey sample, Span<byte> pixels)
    {
        if (sample.Epoch == 0)
            return;
        _jitter.Apply(sample, pixels);
        _erasing.Apply(sample, pixels);
    }

    private void Resample(ReadOnlySpan<byte> planes, MapShape shape, in Frame frame, Span<byte> pixels)
    {
        var workspace = TakeWorkspace();
        try
        {
            int stride = shape.Width * SkiaPixels.Bytes;
            workspace.Plan(frame.Columns(shape.Width, shrink: 1, default), frame.Rows(shape.Height, shrink: 1, default));
            byte* source = workspace.TakePixels((long)shape.Height * stride);
            Planes.Interleave(planes, new(source, shape.Height * shape.Width));
            var region = new DecodedRegion(
                source + workspace.Rows.Start * (long)stride + workspace.Columns.Start * SkiaPixels.Bytes,
                stride
            );
            workspace.Resample(region, transposed: false, pixels);
        }
        finally
        {
            workspace.Trim();
            _free.Add(workspace);
        }
    }

    private Workspace TakeWorkspace() => _free.TryTake(out var free) ? free : new() { Turbo = UsesTurboJpeg ? TurboJpeg.Create() : null };

    /// <summary>The pixels that the workspace's weights need.</summary>
    internal static DecodedRegion Decode(EncodedImage image, Workspace workspace)
    {
        if (image.Format == ImageFormat.Jpeg && workspace.Turbo is { } turbo)
        {
            int stride = workspace.Width * SkiaPixels.Bytes;
            byte* pixels = workspace.TakePixels((long)workspace.Height * stride);
            if (turbo.TryDecode(image.Content, image.Bytes, pixels, workspace.Width, workspace.Height))
                return new(pixels + workspace.Rows.Start * (long)stride + workspace.Columns.Start * SkiaPixels.Bytes, stride);
        }
        var region = SkiaDecoder.Decode(image, workspace);
        if (image.HasAlpha)
            Transparency.LayOverWhite(region, workspace.Columns.Span, workspace.Rows.Span);
        return region;
    }
}
