using Lockstep.Core.Metrics;

namespace Lockstep.Core.Tests.Metrics;

public class MetricNamesTests
{
    [Theory]
    [InlineData("top1", true, "top 1")]
    [InlineData("raw_top5", true, "raw top 5")]
    [InlineData("raw_accuracy", true, "raw accuracy")]
    [InlineData("raw_test_loss", false, "raw test loss")]
    [InlineData("stop1", false, "stop1")]
    public void Metric_OfWeightsInTraining_IsReadAsThatOfTheirAverage(string name, bool isShare, string label)
    {
        Assert.Equal(isShare, MetricNames.IsShare(name));
        Assert.Equal(label, MetricNames.Label(name));
    }
}
