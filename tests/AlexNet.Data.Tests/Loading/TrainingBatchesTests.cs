using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Tests.Loading;

public class TrainingBatchesTests
{
    private const long Seed = 5;

    /// <summary>
    /// 1001 samples make 15 batches of 64, then one of 41; of 513 the last batch has one sample, so most parts are empty.
    /// </summary>
    [Theory]
    [InlineData(1001, 1, 1, 1)]
    [InlineData(1001, 1, 2, 1)]
    [InlineData(1001, 2, 2, 1)]
    [InlineData(1001, 3, 4, 3)]
    [InlineData(513, 2, 1, 1)]
    [InlineData(513, 2, 2, 2)]
    [InlineData(513, 4, 2, 1)]
    public void Load_AnyLayout_GivesTheSameSamplesInTheSameOrder(int samples, int replicas, int shards, int threads)
    {
        var plan = new StepPlan(samples, Batch: 64, Epochs: 2, StepLimit: null);
        var topology = new RunTopology(replicas, shards);
        var batches = Joined.Batches(
            topology,
            slot => new TrainingBatches(plan, Seed, topology, slot),
            new NumberedImages(samples),
            threads
        );

        Assert.Equal(plan.TotalSteps, batches.Count);
        for (int step = 0; step < batches.Count; step++)
        {
            var positions = plan.Positions(step);
            Assert.Equal(EpochOrder.Of(Seed, plan.EpochOf(step), samples)[positions.Start..positions.End], batches[step]);
        }
    }

    [Fact]
    public void Load_LastStepOfAnEpoch_HasAnEmptyPartAndTheGlobalCount()
    {
        var plan = new StepPlan(Samples: 513, Batch: 64, Epochs: 1, StepLimit: null);
        var last = new TrainingBatches(plan, Seed, new RunTopology(2, 1), new Slot(0, 0)).Last();
        Assert.Equal((8, 1, 1, 0, 0), (last.Step, last.Epoch, last.GlobalCount, last.Indices.Length, last.Decoded.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(23)]
    public void Load_FromALaterStep_GoesOnAsIfNeverStopped(long start)
    {
        var plan = new StepPlan(Samples: 1001, Batch: 64, Epochs: 2, StepLimit: 30);
        var topology = new RunTopology(1, 1);
        var images = new NumberedImages(1001);
        var whole = Joined.Batches(topology, slot => new TrainingBatches(plan, Seed, topology, slot), images);
        var rest = Joined.Batches(topology, slot => new TrainingBatches(plan, Seed, topology, slot, start), images);
        Assert.Equal(whole.Skip((int)start), rest);
        Assert.Equal(start, new TrainingBatches(plan, Seed, topology, new(0, 0), start).First().Step);
    }
}
