using AlexNet.Data.Images.Resampling;

namespace AlexNet.Data.Tests.Images.Resampling;

public class AxisWeightsTests
{
    [Theory]
    [InlineData(500, 341)]
    [InlineData(375, 256)]
    [InlineData(100, 256)]
    [InlineData(1, 224)]
    [InlineData(5000, 7)]
    [InlineData(65_535, 1)]
    public void Set_AnyRatio_SumsToOneAndStaysInside(int samples, int resized)
    {
        var axis = new AxisWeights();
        axis.Set(new(samples, samples, resized, 0, resized, Mirrored: false));
        for (int i = 0; i < resized; i++)
        {
            short[] weights = axis.Weights.Slice(i * axis.Taps, axis.Taps).ToArray();
            int used = Array.FindLastIndex(weights, w => w != 0) + 1;
            Assert.Equal(AxisWeights.One, weights.Sum(w => (int)w));
            Assert.All(weights, w => Assert.True(w >= 0));
            Assert.InRange(axis.Start + axis.First[i] + used, 1, samples);
            Assert.True(axis.First[i] + used <= axis.Span);
        }
    }

    [Fact]
    public void Set_SameSize_IsTheIdentity()
    {
        var axis = new AxisWeights();
        axis.Set(new(50, 50, 50, 0, 50, Mirrored: false));
        Assert.All(Enumerable.Range(0, 50), i =>
            Assert.Equal(AxisWeights.One, axis.Weights[i * axis.Taps + i - axis.First[i] - axis.Start])
        );
    }

    /// <summary>Half the size: the triangle over four source pixels, 1 3 3 1 eighths.</summary>
    [Fact]
    public void Set_Half_IsTheTriangle()
    {
        var axis = new AxisWeights();
        axis.Set(new(100, 100, 50, 20, 1, Mirrored: false));
        Assert.Equal(39, axis.Start);
        Assert.Equal([2048, 6144, 6144, 2048], axis.Weights[..4].ToArray());
    }

    [Fact]
    public void Set_PartOrMirrored_IsThatPartOfTheWhole()
    {
        var (whole, part) = (new AxisWeights(), new AxisWeights());
        whole.Set(new(333, 333, 256, 0, 256, Mirrored: false));
        foreach (bool mirrored in new[] { false, true })
        {
            part.Set(new(333, 333, 256, 13, 100, mirrored));
            for (int i = 0; i < 100; i++)
            {
                int same = mirrored ? 13 + 99 - i : 13 + i;
                Assert.Equal(whole.Start + whole.First[same], part.Start + part.First[i]);
                Assert.Equal(
                    whole.Weights.Slice(same * whole.Taps, whole.Taps).ToArray(),
                    part.Weights.Slice(i * part.Taps, part.Taps).ToArray()
                );
            }
        }
    }
}
