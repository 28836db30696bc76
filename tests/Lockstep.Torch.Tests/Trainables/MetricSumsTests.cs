using Lockstep.Torch.Trainables;

namespace Lockstep.Torch.Tests.Trainables;

public class MetricSumsTests
{
    [Fact]
    public void Over_ANumberOfSamples_IsTheMeansInTheOrderOfTheNames()
    {
        var sums = new MetricSums(["test_loss", "top1"]);
        sums.Add("top1", 3);
        sums.Add("test_loss", 6);
        var others = new MetricSums(["test_loss", "top1"]);
        others.Add("top1", 1);
        others.Add("test_loss", 2);
        sums.Add(others.Values);
        Assert.Equal([("test_loss", 2.0), ("top1", 1.0)], sums.Over(4).Select(m => (m.Name, m.Value)));
    }

    [Fact]
    public void Over_ASumWithAWeightOfItsOwn_IsDividedByThat()
    {
        var sums = new MetricSums(["test_loss", "top1"]);
        sums.AddWeighed("test_loss", 6, 12);
        sums.Add("top1", 3);
        Assert.Equal([("test_loss", 0.5), ("top1", 0.75)], sums.Over(4).Select(m => (m.Name, m.Value)));
    }

    [Theory]
    [InlineData("'loss' cannot be the name of a metric", "loss")]
    [InlineData("'Top 1' cannot be the name of a metric", "Top 1")]
    [InlineData("named twice: test_loss, test_loss", "test_loss", "test_loss")]
    public void Create_NamesThatCannotTravel_AreRefusedWithTheRemedy(string expected, params string[] names) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => new MetricSums(names)).Message, StringComparison.Ordinal);

    [Fact]
    public void Add_ASumThatWasNotAnnounced_IsRefused() =>
        Assert.Contains(
            "the sum 'top1' was not announced; there are test_loss.",
            Assert.Throws<ArgumentException>(() => new MetricSums(["test_loss"]).Add("top1", 1)).Message,
            StringComparison.Ordinal
        );
}
