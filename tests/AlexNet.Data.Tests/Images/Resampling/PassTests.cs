using AlexNet.Data.Images.Resampling;

namespace AlexNet.Data.Tests.Images.Resampling;

/// <summary>The passes against the sums that they stand for, computed one by one: the vector instructions change no byte.</summary>
public unsafe class PassTests
{
    private const int Planes = 3,
        PixelBytes = 4;

    [Theory]
    [InlineData(60, 41, 41)]
    [InlineData(60, 41, 3)] // below a vector
    [InlineData(60, 41, 17)] // between two
    [InlineData(300, 20, 20)] // many taps
    [InlineData(10, 64, 64)] // enlarged
    public void Resize_Rows_IsTheSumOfItsPixels(int samples, int resized, int length)
    {
        const int rows = 5;
        var axis = Axis(samples, resized, length);
        byte[] source = Noise(rows * samples * PixelBytes + axis.Taps * PixelBytes),
            planes = new byte[rows * Planes * length];
        fixed (
            byte* from = source,
                to = planes
        )
        {
            RowPass.Resize(from + axis.Start * PixelBytes, samples * PixelBytes, rows, axis, to, length);
        }

        for (int i = 0; i < planes.Length; i++)
        {
            int row = i / (Planes * length),
                plane = i / length % Planes,
                x = i % length;
            Assert.Equal(Sum(axis, x, column => source[(row * samples + column) * PixelBytes + plane]), planes[i]);
        }
    }

    [Theory]
    [InlineData(60, 41, 41, 224)]
    [InlineData(60, 41, 41, 5)]
    [InlineData(60, 41, 41, 19)]
    [InlineData(300, 20, 20, 33)]
    [InlineData(10, 64, 64, 16)]
    public void Resize_Columns_IsTheSumOfItsRows(int samples, int resized, int length, int width)
    {
        var axis = Axis(samples, resized, length);
        byte[] source = Noise(samples * width),
            target = new byte[length * width];
        fixed (
            byte* from = source,
                to = target
        )
        {
            ColumnPass.Resize(from + axis.Start * width, width, axis, width, to);
        }

        for (int i = 0; i < target.Length; i++)
            Assert.Equal(Sum(axis, i / width, row => source[row * width + i % width]), target[i]);
    }

    private static AxisWeights Axis(int samples, int resized, int length)
    {
        var axis = new AxisWeights();
        axis.Set(new(samples, samples, resized, (resized - length) / 2, length, Mirrored: false));
        return axis;
    }

    private static byte Sum(AxisWeights axis, int position, Func<int, byte> source)
    {
        int sum = AxisWeights.One / 2;
        for (int tap = 0; tap < axis.Taps; tap++)
        {
            if (axis.Weights[position * axis.Taps + tap] is not 0 and var weight)
                sum += weight * source(axis.Start + axis.First[position] + tap);
        }

        return (byte)(sum >> AxisWeights.Precision);
    }

    private static byte[] Noise(int bytes)
    {
        byte[] noise = new byte[bytes];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
