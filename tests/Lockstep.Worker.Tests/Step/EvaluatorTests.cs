using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Worker.Step;

namespace Lockstep.Worker.Tests.Step;

public class EvaluatorTests
{
    private const int Samples = 11;

    public EvaluatorTests() => NativeLibraries.Load();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Run_AnyNumberOfReplicas_CountsEverySampleOnce(int replicas)
    {
        var group = new MemoryGroup(replicas);
        var topology = new RunTopology(replicas, 1);
        var reports = await Task.WhenAll(
            topology.Slots.Select(slot =>
                Task.Run(() =>
                {
                    using var net = new TwoLayerNet();
                    var members = group.Member(slot.Replica);
                    var set = new NumberedSamples(Samples);
                    return new Evaluator(set, 3, 1, topology, slot, net, null, members, TimeProvider.System).Run(7, 2, () => { }, default);
                })
            )
        );

        Assert.All(reports, report =>
        {
            Assert.Equal((7L, 2, Samples), (report.Step, report.Epoch, report.Samples));
            Assert.Equal(5.0 / Samples, report.Metrics[1].Value); // the odd ones among 0 to 10
            Assert.Equal(reports[0].Metrics[0], report.Metrics[0]);
            Assert.Equal(["test_loss", "top1"], report.Metrics.Select(m => m.Name)); // the sums that the net makes
        });
    }
}
