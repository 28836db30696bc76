using Lockstep.Core.Metrics;
using Lockstep.Hosting;
using Lockstep.Launching;
using Lockstep.Protocol.V1;
using Lockstep.Views;

namespace Lockstep.Tests.Views;

/// <summary>How evaluations are worded, whatever a net measures.</summary>
public class MeasuredLinesTests
{
    [Fact]
    public void EpochLine_OfAnyMetrics_TellsThemInTheirOrder() =>
        Assert.Equal(
            "epoch 3 done: loss 0.5000, test loss 0.2500, perplexity 1.2840",
            RunProgress.EpochLine(
                new EpochDone
                {
                    Epoch = 3,
                    Loss = 0.5,
                    Metrics = { Values(("test_loss", 0.25), ("perplexity", 1.284)).ToWire() },
                }
            )
        );

    [Theory]
    [InlineData("Test accuracy 97.50% (top 5: 100.00%) after 1 step, ", "test_loss", 0.25, "top1", 0.975, "top5", 1.0)]
    [InlineData("Test perplexity 1.2840 after 1 step, ", "test_loss", 0.25, "perplexity", 1.284)]
    [InlineData("Test loss 0.2500 after 1 step, ", "test_loss", 0.25)]
    [InlineData("Nothing was evaluated after 1 step, ")]
    public void FinalLines_OfAnyMetrics_TellAllButTheLoss(string expected, params object[] metrics)
    {
        var values = Values([.. metrics.Chunk(2).Select(m => ((string)m[0], (double)m[1]))]);
        var finished = new RunFinished { Steps = 1, Metrics = { values.ToWire() } };
        Assert.StartsWith(
            expected,
            RunProgress.FinalLines(finished, SmallRequest.Create(OutputKind.Text)).First(),
            StringComparison.Ordinal
        );
    }

    private static MetricValues Values(params (string Name, double Value)[] metrics) =>
        [.. metrics.Select(m => new Metric(m.Name, m.Value))];
}
