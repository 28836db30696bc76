using AlexNet.Recipes;

namespace AlexNet.Data.Surveys;

/// <summary>
/// Sums over the pixels of pictures of one shape. All of them are whole numbers, so that no order of adding changes a bit.
/// </summary>
/// <param name="shape">The shape of every picture.</param>
internal sealed class PixelSums(MapShape shape)
{
    private readonly long[] _sums = new long[shape.Channels];
    private readonly long[,] _products = new long[shape.Channels, shape.Channels];
    private readonly long[] _positions = new long[shape.Elements];
    private long _pictures;

    private int Plane => shape.Height * shape.Width;

    /// <summary>Adds one picture: channels x height x width.</summary>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        _pictures++;
        for (int i = 0; i < pixels.Length; i++)
            _positions[i] += pixels[i];
        for (int a = 0; a < shape.Channels; a++)
        {
            var first = pixels.Slice(a * Plane, Plane);
            foreach (byte value in first)
                _sums[a] += value;
            for (int b = a; b < shape.Channels; b++)
                _products[a, b] += Product(first, pixels.Slice(b * Plane, Plane));
        }
    }

    /// <summary>Adds the sums of others.</summary>
    public void Add(PixelSums other)
    {
        _pictures += other._pictures;
        for (int i = 0; i < _positions.Length; i++)
            _positions[i] += other._positions[i];
        for (int a = 0; a < shape.Channels; a++)
        {
            _sums[a] += other._sums[a];
            for (int b = a; b < shape.Channels; b++)
                _products[a, b] += other._products[a, b];
        }
    }

    /// <summary>The mean picture: channels x height x width, in 0..1.</summary>
    public float[] MeanImage() => Array.ConvertAll(_positions, sum => (float)(sum / (255.0 * Math.Max(_pictures, 1))));

    /// <summary>Means of the channels, in 0..255 units.</summary>
    public double[] Means() => Array.ConvertAll(_sums, sum => (double)sum / Math.Max(_pictures * Plane, 1));

    /// <summary>Covariances of the channels, in 0..255 units: channels x channels.</summary>
    public double[,] Covariances()
    {
        var (means, covariances) = (Means(), new double[shape.Channels, shape.Channels]);
        for (int a = 0; a < shape.Channels; a++)
        {
            for (int b = a; b < shape.Channels; b++)
                covariances[a, b] = covariances[b, a] = (double)_products[a, b] / Math.Max(_pictures * Plane, 1) - means[a] * means[b];
        }

        return covariances;
    }

    private static long Product(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        long sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
