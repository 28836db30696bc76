using System.Text.Json;
using Lockstep.Core.Metrics;
using Lockstep.Core.Schedules;

namespace Lockstep.Core.Tests.Metrics;

public class MetricValuesTests
{
    private static readonly MetricValues Values = [new("test_loss", double.PositiveInfinity), new("bleu", 0.1), new("top1", 0.25)];

    [Fact]
    public void Json_OfAnyValues_ReadsBackTheSameInTheirOrder()
    {
        string json = JsonSerializer.Serialize(Values);
        Assert.Equal("""{"test_loss":"Infinity","bleu":0.1,"top1":0.25}""", json);
        Assert.Equal(Values, JsonSerializer.Deserialize<MetricValues>(json));
    }

    [Fact]
    public void Json_OfAnEvaluation_HasTheMetricsBesideTheStep()
    {
        var evaluation = new Evaluation(600, Values);
        string json = JsonSerializer.Serialize(evaluation);
        Assert.Equal("""{"step":600,"test_loss":"Infinity","bleu":0.1,"top1":0.25}""", json);
        Assert.Equal(evaluation, JsonSerializer.Deserialize<Evaluation>(json));
    }

    /// <summary>As manifests were written while top-1 accuracy was the one metric that they told.</summary>
    [Fact]
    public void Json_OfAnEvaluationOfBefore_IsRead() =>
        Assert.Equal(new Evaluation(600, [new("top1", 0.5)]), JsonSerializer.Deserialize<Evaluation>("""{ "step": 600, "top1": 0.5 }"""));

    [Theory]
    [InlineData("5")]
    [InlineData("""{"top1":0.5}""")]
    [InlineData("""{"step":600,"top1":"high"}""")]
    [InlineData("""{"step":600,"top1":[]}""")]
    public void Json_ThatIsNoEvaluation_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Evaluation>(json));

    [Fact]
    public void BestOf_AnObjective_IsTheEarliestOfTheBest()
    {
        Evaluation[] history = [Of(1, 2.5, 0.5), Of(2, 2.0, 0.7), Of(3, 2.0, 0.6), Of(4, double.NaN, 0.7)];
        Assert.Equal(2, Evaluation.BestOf(history, Objective.Top1)?.Step);
        Assert.Equal(2, Evaluation.BestOf(history, Objective.TestLoss)?.Step);
        Assert.Null(Evaluation.BestOf([], Objective.Top1));
    }

    [Theory]
    [InlineData("test_loss", "test loss", "test loss", 0.5, "0.5000")]
    [InlineData("top1", "accuracy", "test accuracy", 0.5, "50.00%")]
    [InlineData("top10", "top 10", "test top 10", 0.5, "50.00%")]
    [InlineData("pixel_accuracy", "pixel accuracy", "test pixel accuracy", 1.0, "100.00%")]
    [InlineData("bleu", "bleu", "test bleu", 31.25, "31.2500")]
    public void Text_OfAMetric_IsWhatPeopleRead(string metric, string name, string onTestSet, double value, string text)
    {
        Assert.Equal((name, onTestSet), (MetricText.Name(metric), MetricText.OnTestSet(metric)));
        Assert.Equal(text, MetricText.Value(metric, value));
        Assert.Equal("-", MetricText.Value(metric, (double?)null));
    }

    [Fact]
    public void Sentence_OfManyMetrics_HasTheGuessesTogether() =>
        Assert.Equal(
            "test loss 0.4100, accuracy 90.00% (top 5: 99.00%), bleu 0.1000",
            MetricText.Sentence([new("test_loss", 0.41), new("top1", 0.9), new("top5", 0.99), new("bleu", 0.1)])
        );

    [Theory]
    [InlineData("top1", true)]
    [InlineData("a", true)]
    [InlineData("Top1", false)]
    [InlineData("1st", false)]
    [InlineData("", false)]
    [InlineData("top 1", false)]
    [InlineData("step", false)]
    [InlineData("loss", false)]
    [InlineData("top1\n", false)]
    [InlineData("a23456789012345678901234567890123456789012", false)]
    public void IsName_OfAnything_IsTrueForLowerCaseWordsThatAreNotTaken(string name, bool expected) =>
        Assert.Equal(expected, MetricNames.IsName(name));

    private static Evaluation Of(long step, double testLoss, double top1) => new(step, [new("test_loss", testLoss), new("top1", top1)]);
}
