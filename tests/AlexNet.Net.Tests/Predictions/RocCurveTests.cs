using AlexNet.Net.Predictions;

namespace AlexNet.Net.Tests.Predictions;

public class RocCurveTests
{
    [Fact]
    public void Of_ACaseByHand_HasItsAreaAndCorners()
    {
        // from the highest score: +, -, and a + and a - with equal scores, -
        var roc = Curve((2, true), (1, false), (0, true), (0, false), (-1, false));
        // of six pairs, the first + wins three, the second one and a half
        Assert.Equal(4.5 / 6, roc.Area);
        Assert.Equal([(0, 0), (0, 0.5), (1 / 3.0, 0.5), (2 / 3.0, 1), (1, 1)], roc.Points.Select(p => (p.FalsePositives, p.TruePositives)));
        Assert.Null(roc.Points[0].Threshold);
        Assert.Equal([0.8808, 0.7311, 0.5, 0.2689], roc.Points.Skip(1).Select(p => Math.Round(p.Threshold ?? 0, 4)));
    }

    [Theory]
    [InlineData(1, 1000)] // few equal scores
    [InlineData(2, 7)] // many
    [InlineData(3, 1)] // nothing else
    public void Of_RandomScores_IsTheShareOfPairsInOrder(int seed, int distinct)
    {
        var random = new Random(seed);
        (double Score, bool IsPositive)[] samples =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(_ => random.Next(3) == 0 ? (random.Next(distinct) + 2.0, true) : (random.Next(distinct), false)),
        ];
        double wins = 0,
            pairs = 0;
        foreach (var (high, _) in samples.Where(s => s.IsPositive))
        {
            foreach (var (low, _) in samples.Where(s => !s.IsPositive))
            {
                wins +=
                    high > low ? 1
                    : high == low ? 0.5
                    : 0;
                pairs++;
            }
        }

        var roc = Curve(samples);
        Assert.Equal(wins / pairs, roc.Area);
        // what lies under the line through the points
        Assert.Equal(
            roc.Area,
            roc.Points.Zip(roc.Points.Skip(1), (a, b) => (b.FalsePositives - a.FalsePositives) * (a.TruePositives + b.TruePositives) / 2)
                .Sum(),
            1e-12
        );

        random.Shuffle(samples);
        Assert.Equal((roc.Area, roc.Points.Count), (Curve(samples).Area, Curve(samples).Points.Count));
        var swapped = Curve([.. samples.Select(s => (-s.Score, !s.IsPositive))]); // the other class is the positive one
        Assert.Equal(roc.Area, swapped.Area);
    }

    [Fact]
    public void Of_APerfectNet_HasThreeCorners() => Assert.Equal(3, Curve((3, true), (2, true), (1, false), (0, false)).Points.Count);

    [Fact]
    public void Of_ImpossibleClasses_AreAtTheEnds() =>
        Assert.Equal(1, Curve((double.PositiveInfinity, true), (0, false), (double.NegativeInfinity, false)).Area);

    [Fact]
    public void Of_OneClassAlone_IsNothing()
    {
        Assert.Null(RocCurve.Of([(1, true), (2, true)]));
        Assert.Null(RocCurve.Of([]));
    }

    private static RocCurve Curve(params (double, bool)[] samples) =>
        RocCurve.Of(samples) ?? throw new InvalidOperationException("one of the classes has no sample");
}
