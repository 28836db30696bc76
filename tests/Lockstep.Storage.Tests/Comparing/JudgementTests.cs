using Lockstep.Core.Metrics;
using Lockstep.Storage.Comparing;

namespace Lockstep.Storage.Tests.Comparing;

public class JudgementTests
{
    private static readonly SeriesComparison Same = Series(4, 4),
        Apart = Series(4, 5);

    private static readonly CheckpointComparison Saved = new(20, [new("weights", KindState.SameFiles)], []);

    private static readonly RunComparison Equal = new(Same, Metrics(Same, Same), [Saved], [20], [20], []);

    [Fact]
    public void Of_EqualRuns_IsEqualWhateverTheTolerance()
    {
        Assert.Equal((Verdict.Equal, 0), Judge(Equal));
        Assert.Equal((Verdict.Equal, 0), Judge(Equal, tolerance: 0.5));
    }

    [Fact]
    public void Of_OtherRecipesAndEnvironments_IsEqual()
    {
        var elsewhere = Saved with { Facts = [new("environment.threads", "1", "2")] };
        Assert.Equal((Verdict.Equal, 0), Judge(Equal with { Settings = [new("layout.shards", "1", "2")], Checkpoints = [elsewhere] }));
    }

    [Fact]
    public void Of_EachDifference_SaysWhichItIs()
    {
        var weights = Saved with { Step = 10, Kinds = [new("weights", KindState.OtherTensors, new(2, [new("a", 1)]))] };
        (RunComparison Runs, string Reason)[] cases =
        [
            (Equal with { Loss = Apart }, "the losses part at step 1"),
            (Equal with { Metrics = Metrics(Apart, Same) }, "the evaluations part at step 1"),
            (Equal with { Metrics = Metrics(Same, Apart) }, "the evaluations part at step 1"),
            (Equal with { Loss = Same with { OnlyInOther = [2, 3] } }, "2 steps are in one run alone"),
            (Equal with { Metrics = Metrics(Same with { OnlyInOne = [2] }, Same) }, "1 evaluation is in one run alone"),
            (Equal with { Checkpoints = [Saved, weights] }, "the checkpoints of step 10 differ"),
            (Equal with { Checkpoints = [], StepsSavedByOther = [] }, "no checkpoint can be compared"),
        ];
        Assert.All(cases, c =>
        {
            var judgement = Judgement.Of(c.Runs, null);
            Assert.Equal(Verdict.Different, judgement.Verdict);
            Assert.Equal([c.Reason], judgement.Reasons);
        });
    }

    [Fact]
    public void Of_RunsThatHaveSavedNothing_IsEqualByTheirLosses() =>
        Assert.Equal((Verdict.Equal, 0), Judge(Equal with { Checkpoints = [], StepsSavedByOne = [], StepsSavedByOther = [] }));

    [Theory]
    [InlineData(0.2, Verdict.WithinTolerance)]
    [InlineData(0.19, Verdict.Different)]
    public void Of_ATolerance_IsForLossesOfStepsAndEvaluations(double tolerance, Verdict expected)
    {
        Assert.Equal(expected, Judge(Equal with { Loss = Apart }, tolerance).Verdict);
        Assert.Equal(expected, Judge(Equal with { Metrics = Metrics(Apart, Same) }, tolerance).Verdict);
    }

    [Fact]
    public void Of_ATolerance_LeavesHashesAndSharesOfPicturesAlone()
    {
        var other = Saved with { Kinds = [new("weights", KindState.InOneOnly)] };
        Assert.Equal((Verdict.WithinTolerance, 0), Judge(Equal with { Metrics = Metrics(Same, Apart), Checkpoints = [other] }, 1e-6));
    }

    [Fact]
    public void Of_ATolerance_DoesNotMakeUpForMissingSteps() =>
        Assert.Equal((Verdict.Different, 1), Judge(Equal with { Loss = Same with { OnlyInOne = [2] } }, 0.5));

    [Fact]
    public void Of_ADifferenceBeyondTheTolerance_SaysWhereAndByHowMuch() =>
        Assert.Equal(["the loss of step 1 differs by 0.2, more than 0.1"], Judgement.Of(Equal with { Loss = Apart }, 0.1).Reasons);

    private static (Verdict Verdict, int Reasons) Judge(RunComparison comparison, double? tolerance = null) =>
        Judgement.Of(comparison, tolerance) is var judgement ? (judgement.Verdict, judgement.Reasons.Count) : default;

    private static MetricComparison[] Metrics(SeriesComparison testLoss, SeriesComparison top1) =>
        [new(MetricNames.TestLoss, testLoss), new(MetricNames.Top1, top1)];

    private static SeriesComparison Series(double one, double other) => SeriesComparison.Of([(1, one)], [(1, other)]);
}
