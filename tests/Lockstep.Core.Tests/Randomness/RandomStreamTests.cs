using Lockstep.Core.Randomness;

namespace Lockstep.Core.Tests.Randomness;

public class RandomStreamTests
{
    [Fact]
    public void FillBits_AnyRange_EqualsElementByElement()
    {
        var stream = new RandomStream(42, "dropout/fc6", step: 3, sample: 17);
        for (int first = 0; first < 9; first++)
        {
            uint[] bits = new uint[23];
            stream.FillBits(bits, first);
            Assert.Equal(Enumerable.Range(first, bits.Length).Select(e => stream.Bits(e)), bits);
        }
    }

    [Fact]
    public void Bits_AnotherNameOfTheStream_Differs()
    {
        var streams = new RandomStream[]
        {
            new(1, "a"),
            new(2, "a"),
            new(1L << 32, "a"),
            new(1, "b"),
            new(1, "a", step: 1),
            new(1, "a", sample: 1),
        };
        Assert.Equal(streams.Length, streams.Select(s => s.Bits(0)).Distinct().Count());
        Assert.Equal(new RandomStream(1, "a", 5, 6).Bits(7), new RandomStream(1, "a").At(5, 6).Bits(7));
    }

    [Fact]
    public void Normal_ManyDraws_HaveMeanZeroAndVarianceOne()
    {
        const int count = 200_000;
        var stream = new RandomStream(7, "weights/conv1.weight");
        double sum = 0,
            squares = 0;
        for (int i = 0; i < count; i++)
        {
            double x = stream.Normal(i);
            (sum, squares) = (sum + x, squares + x * x);
        }
        // five standard errors of each estimate
        Assert.InRange(sum / count, -5 / Math.Sqrt(count), 5 / Math.Sqrt(count));
        Assert.InRange(squares / count, 1 - 5 * Math.Sqrt(2.0 / count), 1 + 5 * Math.Sqrt(2.0 / count));
    }

    [Fact]
    public void Integer_ManyDraws_FillTheRangeEvenly()
    {
        var stream = new RandomStream(7, "epoch-order");
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++)
            counts[stream.Integer(i, counts.Length)]++;
        Assert.All(counts, c => Assert.InRange(c, 9_500, 10_500));
    }

    /// <summary>Guards the numbers themselves: changing them would change every seed's run.</summary>
    [Fact]
    public void Normal_KnownStream_KeepsItsBits()
    {
        var stream = new RandomStream(0, "weights/conv1.weight");
        long[] bits = [.. Enumerable.Range(0, 4).Select(i => BitConverter.DoubleToInt64Bits(stream.Normal(i)))];
        Assert.Equal(KnownBits, bits);
    }

    private static readonly long[] KnownBits = [4602609800265545426, -4617005924307170939, 4599226429562324173, -4620656276974810315];
}
