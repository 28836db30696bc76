using AlexNet.Net.Predictions;

namespace AlexNet.Net.Tests.Predictions;

public class AnswerTests
{
    [Fact]
    public void Of_EquallyProbableClasses_IsTheLowerLabel() =>
        Assert.Equal(new Answer(1, 0.4), Rounded(Answer.Of([Math.Log(0.2), Math.Log(0.4), Math.Log(0.4)])));

    [Fact]
    public void Of_ALogarithmAboveZeroByRounding_IsCertain() => Assert.Equal(new Answer(0, 1), Answer.Of([1e-7, -20]));

    [Fact]
    public void Of_NotANumber_IsNone() => Assert.Null(Answer.Of([0, double.NaN]));

    [Fact]
    public void Worst_OfMistakes_AreTheMostConfidentInAnyOrder()
    {
        Mistake[] mistakes = [new(0, 1, new(2, 0.6)), new(3, 1, new(0, 0.9)), new(2, 0, new(1, 0.9)), new(5, 0, new(1, 0.7))];
        Assert.Equal([2, 3, 5], Mistake.Worst(mistakes, 3).Select(m => m.Index));
        Assert.Equal([2, 3, 5], Mistake.Worst(mistakes.Reverse(), 3).Select(m => m.Index));
        Assert.Equal(4, Mistake.Worst(mistakes, 9).Count);
    }

    private static Answer? Rounded(Answer? answer) => answer is { } a ? a with { Confidence = Math.Round(a.Confidence, 12) } : null;
}
