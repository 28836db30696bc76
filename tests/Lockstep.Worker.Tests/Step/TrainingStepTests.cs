using AlexNet.Testing;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Trainables;
using Lockstep.Worker.Step;
using static TorchSharp.torch;

namespace Lockstep.Worker.Tests.Step;

/// <summary>The training step over a net that no application of this repository knows.</summary>
public class TrainingStepTests
{
    private const int Samples = 8;
    private const double Rate = 0.125;

    public TrainingStepTests() => NativeLibraries.Load();

    [Fact]
    public async Task Run_TwoReplicas_GoesThroughThePhasesInOrder()
    {
        var group = new MemoryGroup(2);
        using var first = new TestWorker(group, 0, RecipeOf(), Samples, new TwoLayerNet());
        using var second = new TestWorker(group, 1, RecipeOf(), Samples, new TwoLayerNet());

        Assert.All(await TestWorker.StepTogetherAsync(first, second), Assert.Null);

        Assert.Equal([Phase.Load, Phase.Forward, Phase.Backward, Phase.Reduce, Phase.Vote, Phase.Update], first.Phases);
        Assert.Equal(["Reduce 0", "Reduce 2", "Vote 0"], group.Begun(0)); // a sum of each group, in the order in which backward ends them
    }

    [Fact]
    public async Task Run_TwoReplicas_UpdatesByTheSumOfTheirGradientsAndReportsTheMeanLoss()
    {
        var group = new MemoryGroup(2);
        using var first = new TestWorker(group, 0, RecipeOf(), Samples, new TwoLayerNet());
        using var second = new TestWorker(group, 1, RecipeOf(), Samples, new TwoLayerNet());
        var before = first.Weights;

        Assert.All(await TestWorker.StepTogetherAsync(first, second), Assert.Null);

        var alone = new[] { Alone(0), Alone(1) };
        var sums = alone[0].Gradients.Zip(alone[1].Gradients, (a, b) => a.Zip(b, (x, y) => x + y).ToArray()).ToList();
        Assert.NotNull(first.Gradients);
        for (int p = 0; p < sums.Count; p++)
        {
            Assert.Equal(sums[p], first.Gradients[p]);
            Assert.Equal(first.Weights[p], second.Weights[p]);
            for (int i = 0; i < sums[p].Length; i++)
                Assert.Equal(before[p][i] - Rate * sums[p][i], first.Weights[p][i], tolerance: 1e-6);
        }

        var report = Assert.Single(first.Reports).Step;
        Assert.Equal((1L, 1, Samples, Samples / 2, Rate), (report.Step, report.Epoch, report.Samples, report.OwnSamples, report.Rate));
        Assert.Equal((double)alone[0].Loss + alone[1].Loss, report.Loss);
        Assert.Equal(report.Loss, Assert.Single(second.Reports).Step.Loss);
        Assert.Equal((1L, false), (first.State.Applied, first.State.HoldsSums));
    }

    [Fact]
    public async Task Run_AGradientThatIsNotFinite_NobodyUpdates()
    {
        var group = new MemoryGroup(2);
        using var healthy = new TestWorker(group, 0, RecipeOf(), Samples, new TwoLayerNet(SumOver.Nobody));
        using var infected = new TestWorker(group, 1, RecipeOf(), Samples, new TwoLayerNet(SumOver.Nobody, isInfected: true));
        var before = healthy.Weights;

        var errors = await TestWorker.StepTogetherAsync(healthy, infected);

        Assert.Equal(1, Assert.IsType<NotFiniteException>(errors[0]).InfectedRank);
        Assert.Contains("worker w1", errors[0]?.Message, StringComparison.Ordinal);
        Assert.Contains("'first.weight'", Assert.IsType<NotFiniteException>(errors[1]).Message, StringComparison.Ordinal);
        Assert.All([healthy, infected], worker =>
        {
            Assert.Equal(before, worker.Weights);
            Assert.Null(worker.Gradients);
            Assert.Empty(worker.Reports);
            Assert.Equal(0, worker.State.Applied);
        });
        Assert.Equal((true, false), (healthy.State.HoldsSums, infected.State.HoldsSums));
    }

    [Fact]
    public async Task Run_MicroBatches_GiveTheSameGradientAndSetOutOnce()
    {
        var (whole, parts) = (new MemoryGroup(1), new MemoryGroup(1));
        using var one = new TestWorker(whole, 0, RecipeOf(replicas: 1), Samples, new TwoLayerNet());
        using var four = new TestWorker(parts, 0, RecipeOf(replicas: 1, microBatches: 4), Samples, new TwoLayerNet());

        Assert.All(await TestWorker.StepTogetherAsync(one), Assert.Null);
        Assert.All(await TestWorker.StepTogetherAsync(four), Assert.Null);

        Phase[] passes = [.. Enumerable.Repeat<Phase[]>([Phase.Forward, Phase.Backward], 4).SelectMany(p => p)];
        Assert.Equal([Phase.Load, .. passes, Phase.Reduce, Phase.Vote, Phase.Update], four.Phases);
        Assert.Equal(["Vote 0"], parts.Begun(0)); // alone, nothing is summed
        foreach (var (expected, found) in one.Weights.SelectMany(w => w).Zip(four.Weights.SelectMany(w => w)))
            Assert.Equal(expected, found, tolerance: 1e-6f);
    }

    [Fact]
    public async Task Run_AReplicaWithNoSamplesLeft_AddsZeros()
    {
        var group = new MemoryGroup(2);
        using var empty = new TestWorker(group, 0, RecipeOf(), samples: 1, new TwoLayerNet());
        using var full = new TestWorker(group, 1, RecipeOf(), samples: 1, new TwoLayerNet());

        Assert.All(await TestWorker.StepTogetherAsync(empty, full), Assert.Null);

        Assert.Equal([Phase.Load, Phase.Reduce, Phase.Vote, Phase.Update], empty.Phases);
        Assert.Equal(full.Weights, empty.Weights);
        Assert.Equal(0, Assert.Single(empty.Reports).Step.OwnSamples);
        Assert.Equal(Assert.Single(full.Reports).Step.Loss, Assert.Single(empty.Reports).Step.Loss);
    }

    /// <summary>What a replica leaves by itself, before any sum.</summary>
    private static (float Loss, IReadOnlyList<float[]> Gradients) Alone(int replica)
    {
        using var scope = NewDisposeScope();
        using var net = new TwoLayerNet();
        var (topology, steps) = (new RunTopology(2, 1), StepPlan.Of(RecipeOf(), Samples));
        using var batches = new NumberedSamples(Samples).Load(new TrainingBatches(steps, 1, topology, new Slot(replica, 0)), threads: 1);
        using var batch = batches.Next(CancellationToken.None);
        Assert.NotNull(batch);
        var pass = new PassContext(Training: true, 0, batch.Plan.Indices);
        var loss = net.Train(net.Load(batch, pass), new Extent(0, batch.Plan.Count), pass, new Unheard());
        return (loss.item<float>(), [.. net.Parameters.Select(p => p.Gradient().data<float>().ToArray())]);
    }

    internal static PlainRecipe RecipeOf(int replicas = 2, int microBatches = 1) =>
        PlainRecipe.Of(Samples, rate: Rate) with
        {
            Training = new TrainingRecipe
            {
                Batch = Samples,
                Epochs = 1,
                MicroBatches = microBatches,
            },
            Layout = new LayoutRecipe { Replicas = replicas },
        };

    private sealed class Unheard : IPassProgress
    {
        public void Turned()
        {
            // nobody measures it
        }

        public void Finished(GradientGroup group)
        {
            // nothing is summed
        }
    }
}
