using Lockstep.Core.Randomness;

namespace Lockstep.Core.Tests.Randomness;

public class NormalQuantileTests
{
    /// <summary>Values of Python 3.11's statistics.NormalDist().inv_cdf, an implementation of the longer routine PPND16.</summary>
    [Theory]
    [InlineData(1e-9, -5.9978070150076865)]
    [InlineData(1e-6, -4.753424308822899)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(0.3, -0.5244005127080407)]
    [InlineData(0.5, 0.0)]
    [InlineData(0.6, 0.2533471031357997)]
    [InlineData(0.999, 3.090232306167813)]
    public void Of_Probability_GivesTheQuantile(double p, double x) => Assert.Equal(x, NormalQuantile.Of(p), 1e-6);

    [Theory]
    [InlineData(1e-300)]
    [InlineData(0.1)]
    [InlineData(0.70710678)]
    [InlineData(1)]
    [InlineData(12345.678)]
    public void Log_Positive_AgreesWithTheMachines(double x) =>
        Assert.Equal(Math.Log(x), NormalQuantile.Log(x), 1e-12 * Math.Max(1, Math.Abs(Math.Log(x))));
}
