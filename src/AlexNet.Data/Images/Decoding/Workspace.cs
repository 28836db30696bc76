using AlexNet.Data.Images.Formats;
using AlexNet.Data.Images.Frames;
using AlexNet.Data.Images.Resampling;

namespace AlexNet.Data.Images.Decoding;

/// <summary>
/// What one thread needs to turn one file into pixels; used again for the next file, so that nothing large is allocated for each.
/// </summary>
internal sealed unsafe class Workspace
{
    private const int Channels = 3;

    private readonly PinnedBuffer _pixels = new(),
        _planes = new(),
        _turned = new();

    /// <summary>The file.</summary>
    public PinnedBuffer File { get; } = new();

    /// <summary>How the stored columns are resampled.</summary>
    public AxisWeights Columns { get; } = new();

    /// <summary>How the stored rows are resampled.</summary>
    public AxisWeights Rows { get; } = new();

    /// <summary>Columns that the decoder makes, shrunk or not.</summary>
    public int Width { get; private set; }

    /// <summary>Rows that the decoder makes.</summary>
    public int Height { get; private set; }

    public TurboJpeg? Turbo { get; init; }

    /// <summary>Prepares the weights for one image.</summary>
    public void Plan(EncodedImage image, in Frame frame)
    {
        int shrink = Shrinkage.Of(image, frame);
        Plan(frame.Columns(image.Width, shrink, image.Orientation), frame.Rows(image.Height, shrink, image.Orientation));
    }

    /// <summary>Prepares the weights for columns and rows of a stored picture.</summary>
    public void Plan(in ResizedAxis columns, in ResizedAxis rows)
    {
        (Width, Height) = (columns.Samples, rows.Samples);
        Columns.Set(columns);
        Rows.Set(rows);
    }

    /// <summary>Memory for decoded pixels, and what the first pass may read beyond them.</summary>
    public byte* TakePixels(long bytes)
    {
        _pixels.Take(checked((int)(bytes + Columns.Taps * SkiaPixels.Bytes)));
        return _pixels.Pointer;
    }

    /// <summary>Resamples a decoded region.</summary>
    /// <param name="region">The decoded region.</param>
    /// <param name="transposed">Stored columns are rows of the result.</param>
    /// <param name="pixels">channels x height x width, of one or three channels.</param>
    public void Resample(DecodedRegion region, bool transposed, Span<byte> pixels)
    {
        int plane = Columns.Length * Rows.Length;
        if (!transposed && pixels.Length == Channels * plane)
        {
            Resample(region, pixels);
            return;
        }
        var colours = _turned.Take(2 * Channels * plane);
        var straight = colours[..(Channels * plane)];
        var turned = colours[(Channels * plane)..];
        Resample(region, straight);
        if (transposed)
            Planes.Transpose(straight, turned, height: Columns.Length, width: Rows.Length);
        var upright = transposed ? turned : straight;
        if (pixels.Length == plane)
            Planes.ToGrey(upright, pixels);
        else
            upright.CopyTo(pixels);
    }

    /// <summary>Gives back what only a huge image needed.</summary>
    public void Trim()
    {
        foreach (var buffer in new ReadOnlySpan<PinnedBuffer>([File, _pixels, _planes, _turned]))
            buffer.Trim();
    }

    private void Resample(DecodedRegion region, Span<byte> pixels)
    {
        int width = Columns.Length,
            height = Rows.Length;
        _planes.Take(checked(Rows.Span * Channels * width));
        byte* planes = _planes.Pointer;
        RowPass.Resize(region.Pixels, region.Stride, Rows.Span, Columns, planes, width);
        fixed (byte* target = pixels)
        {
            for (int channel = 0; channel < Channels; channel++)
                ColumnPass.Resize(planes + channel * width, Channels * width, Rows, width, target + channel * width * height);
        }
    }
}
