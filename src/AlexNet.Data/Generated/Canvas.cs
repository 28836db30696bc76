using AlexNet.Data.Generated.Figures;
using AlexNet.Recipes;
using Lockstep.Core.Randomness;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Generated;

/// <summary>Paints on one picture's bytes, channels x height x width, in layers; integers and plain IEEE arithmetic only (law 1).</summary>
internal readonly ref struct Canvas(MapShape shape, Span<byte> pixels)
{
    /// <summary>How far a figure of radius 1 may reach.</summary>
    private const double Reach = 1.2;

    private readonly Span<byte> _pixels = pixels;

    /// <summary>Covers the picture with a ramp from one colour to another.</summary>
    /// <param name="from">Colour of one corner.</param>
    /// <param name="to">Colour of the corner opposite.</param>
    /// <param name="across">In [-1, 1]: how much of the ramp runs along x; the rest runs down.</param>
    public void FillRamp(Colour from, Colour to, double across)
    {
        // the place on the ramp in 2^-16ths, linear in x and y, so that the inner loop adds integers
        double down = 1 - Math.Abs(across);
        int stepX = (int)(65536 * across / shape.Width),
            stepY = (int)(65536 * down / shape.Height);
        int corner = 32768 - (stepX * shape.Width + stepY * shape.Height) / 2;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            int start = from.Channel(channel, shape.Channels),
                rise = to.Channel(channel, shape.Channels) - start;
            for (int y = 0; y < shape.Height; y++)
            {
                var row = Row(channel, y);
                int place = corner + stepY * y;
                for (int x = 0; x < row.Length; x++, place += stepX)
                    row[x] = (byte)Math.Clamp(start + ((rise * place) >> 16), 0, 255);
            }
        }
    }

    /// <summary>Paints a figure with soft edges, shaded from one colour at its top to another at its bottom.</summary>
    public void Paint<TFigure>(Pose pose, Colour top, Colour bottom)
        where TFigure : struct, IFigure
    {
        double reach = Reach * pose.Radius * Math.Max(1, pose.Stretch) + 1;
        var rows = Covered(pose.Y, reach, shape.Height);
        var columns = Covered(pose.X, reach, shape.Width);
        Span<int> tops = stackalloc int[shape.Channels],
            rises = stackalloc int[shape.Channels];
        for (int channel = 0; channel < shape.Channels; channel++)
            rises[channel] = bottom.Channel(channel, shape.Channels) - (tops[channel] = top.Channel(channel, shape.Channels));

        double scaleX = 1 / (pose.Radius * pose.Stretch),
            scaleY = 1 / pose.Radius;
        for (int y = rows.Start; y < rows.End; y++)
        {
            double dy = y + 0.5 - pose.Y;
            for (int x = columns.Start; x < columns.End; x++)
            {
                double dx = x + 0.5 - pose.X;
                double u = (dx * pose.Cosine + dy * pose.Sine) * scaleX;
                double v = (dy * pose.Cosine - dx * pose.Sine) * scaleY;
                double coverage = 0.5 - TFigure.Distance(u, v) * pose.Radius;
                if (coverage <= 0)
                    continue;
                int opacity = coverage >= 1 ? 256 : (int)(256 * coverage);
                int shade = (int)(128 * Math.Clamp(v + 1, 0, 2));
                Blend(y * shape.Width + x, tops, rises, shade, opacity);
            }
        }
    }

    /// <summary>Adds grain: to each pixel a number common to its channels and one for each channel, together spread like a roof.</summary>
    /// <param name="noise">Its elements are numbered by pixel.</param>
    /// <param name="strength">Greatest change, in 256ths of the full range.</param>
    public void AddGrain(RandomStream noise, int strength)
    {
        int plane = shape.Height * shape.Width;
        Span<uint> bits = stackalloc uint[256];
        for (int first = 0; first < plane; first += bits.Length)
        {
            var some = bits[..Math.Min(bits.Length, plane - first)];
            noise.FillBits(some, first);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                var part = _pixels.Slice(channel * plane + first, some.Length);
                for (int i = 0; i < part.Length; i++)
                {
                    int grain = (int)(some[i] >> 24) + (int)((some[i] >> (8 * channel)) & 255) - 255;
                    part[i] = (byte)Math.Clamp(part[i] + ((grain * strength) >> 8), 0, 255);
                }
            }
        }
    }

    private void Blend(int place, Span<int> tops, Span<int> rises, int shade, int opacity)
    {
        int plane = shape.Height * shape.Width;
        for (int channel = 0; channel < tops.Length; channel++, place += plane)
        {
            int colour = tops[channel] + ((rises[channel] * shade) >> 8);
            ref byte pixel = ref _pixels[place];
            pixel = (byte)(pixel + (((colour - pixel) * opacity) >> 8));
        }
    }

    private Span<byte> Row(int channel, int y) => _pixels.Slice((channel * shape.Height + y) * shape.Width, shape.Width);

    private static Extent Covered(double centre, double reach, int size)
    {
        int start = Math.Clamp((int)Math.Floor(centre - reach), 0, size),
            end = Math.Clamp((int)Math.Floor(centre + reach) + 1, 0, size);
        return new(start, end - start);
    }
}
