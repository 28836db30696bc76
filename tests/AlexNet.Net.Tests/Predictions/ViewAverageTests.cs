using AlexNet.Net.Predictions;

namespace AlexNet.Net.Tests.Predictions;

public class ViewAverageTests
{
    [Fact]
    public void Add_SeveralViews_IsTheMeanOfTheProbabilities()
    {
        var average = new ViewAverage(3);
        Assert.Null(average.Add(Logs(0.5, 0.5, 0.9, 0.1)));
        Assert.Null(average.Add(Logs(0.2, 0.8, 0.6, 0.4)));
        AssertProbabilities(
            [(0.5 + 0.2 + 0.8) / 3, (0.5 + 0.8 + 0.2) / 3, (0.9 + 0.6 + 0.3) / 3, (0.1 + 0.4 + 0.7) / 3],
            average.Add(Logs(0.8, 0.2, 0.3, 0.7))
        );
    }

    [Fact]
    public void Add_TheNextSamples_BeginAnew()
    {
        var average = new ViewAverage(2);
        average.Add(Logs(0.5, 0.5));
        average.Add(Logs(0.5, 0.5));
        Assert.Null(average.Add(Logs(0.1, 0.9, 0.3, 0.7)));
        AssertProbabilities([0.2, 0.8, 0.3, 0.7], average.Add(Logs(0.3, 0.7, 0.3, 0.7)));
    }

    [Fact]
    public void Add_OneView_IsThatViewExactly() =>
        Assert.Equal([-0.1f, -200f, float.NegativeInfinity], new ViewAverage(1).Add([-0.1f, -200f, float.NegativeInfinity]) ?? []);

    [Fact]
    public void Add_ProbabilitiesTooSmallForANumber_AreKept()
    {
        var average = new ViewAverage(2);
        average.Add([-2000f]);
        Assert.Equal(-2000 + Math.Log((1 + Math.Exp(-1)) / 2), average.Add([-2001f])?[0] ?? 0, 1e-9);
    }

    [Fact]
    public void Add_NotANumberInOneView_StaysOne()
    {
        foreach (var (first, second) in new[] { (float.NaN, -1f), (-1f, float.NaN), (float.NegativeInfinity, float.NaN) })
        {
            var average = new ViewAverage(2);
            average.Add([first]);
            Assert.Equal([double.NaN], average.Add([second]) ?? []);
        }
    }

    private static float[] Logs(params double[] probabilities) => [.. probabilities.Select(p => (float)Math.Log(p))];

    private static void AssertProbabilities(double[] expected, double[]? logs)
    {
        Assert.NotNull(logs);
        Assert.Equal(expected, logs.Select(Math.Exp), (x, y) => Math.Abs(x - y) < 1e-6);
    }
}
