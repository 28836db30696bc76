using Lockstep.Core.Runs;

namespace Lockstep.Core.Tests.Runs;

public class StragglerScoreTests
{
    [Theory]
    [InlineData(new double[0], new double[0])]
    [InlineData(new[] { 2.0 }, new[] { 1.0 })]
    [InlineData(new[] { 1.0, 3.0 }, new[] { 1.0, 3.0 })] // a pair: against the fast one
    [InlineData(new[] { 4.0, 1.0, 2.0 }, new[] { 2.0, 0.5, 1.0 })]
    [InlineData(new[] { 2.0, 2.0, 2.0, 5.0 }, new[] { 1.0, 1.0, 1.0, 2.5 })]
    [InlineData(new[] { 0.0, 0.0, 1.0 }, new[] { 1.0, 1.0, 1.0 })] // nothing to measure against
    public void Of_OwnSeconds_AreMultiplesOfTheMedian(double[] seconds, double[] scores) =>
        Assert.Equal(scores, StragglerScore.Of(seconds));
}
