using AlexNet.Net.Predictions;

namespace AlexNet.Net.Tests.Predictions;

public class PredictionTallyTests
{
    [Fact]
    public void Add_SomeSamples_CountsHitsAndLosses()
    {
        var tally = new PredictionTally(7);
        tally.Add(Scores(0.4, 0.3, 0.1, 0.08, 0.06, 0.04, 0.02), 0); // right
        tally.Add(Scores(0.4, 0.3, 0.1, 0.08, 0.06, 0.04, 0.02), 4); // fifth
        tally.Add(Scores(0.4, 0.3, 0.1, 0.08, 0.06, 0.04, 0.02), 5); // sixth
        Assert.Equal((3, 1, 2), (tally.Samples, tally.Top1Hits, tally.Top5Hits));
        Assert.Equal(-(Math.Log(0.4) + Math.Log(0.06) + Math.Log(0.04)) / 3, tally.Loss, 1e-12);
        Assert.Equal((1, 1, 1), (tally.Confusion[0, 0], tally.Confusion[4, 0], tally.Confusion[5, 0]));
    }

    [Fact]
    public void Add_EqualScores_TakesTheLowerLabel()
    {
        var tally = new PredictionTally(3);
        tally.Add(Scores(0.2, 0.4, 0.4), 2);
        Assert.Equal((0, 1), (tally.Top1Hits, tally.Confusion[2, 1]));
        Assert.Equal([1, 2], Ranking.Best(Scores(0.2, 0.4, 0.4), 2));
    }

    [Fact]
    public void Add_OneClass_IsAlwaysRight()
    {
        var tally = new PredictionTally(1);
        tally.Add([0.0], 0);
        Assert.Equal((1.0, 1.0, 0.0), (tally.Top1, tally.Top5, tally.Loss));
    }

    [Fact]
    public void Add_NotANumber_IsWrongAndHasNoLoss()
    {
        var tally = new PredictionTally(2);
        tally.Add([double.NaN, double.NaN], 0);
        Assert.Equal((0.0, double.NaN, 1), (tally.Top1, tally.Loss, tally.Undecided));
        tally.Add(Scores(0.25, 0.75), 1);
        Assert.Equal((0.5, -Math.Log(0.75)), (tally.Top1, tally.Loss));
        Assert.Equal((1, 0), (tally.Confusion.SamplesOf(0), tally.Confusion.PredictionsOf(0)));
    }

    [Fact]
    public void Add_ImpossibleClass_HasAnInfiniteLoss()
    {
        var tally = new PredictionTally(2);
        tally.Add([0, double.NegativeInfinity], 1);
        Assert.Equal((double.PositiveInfinity, 0), (tally.Loss, tally.Undecided));
    }

    private static double[] Scores(params double[] probabilities) => [.. probabilities.Select(p => Math.Log(p))];
}
