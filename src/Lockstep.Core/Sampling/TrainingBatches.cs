using System.Collections;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Sampling;

/// <summary>
/// The batches of one worker from a step to the end of the run. The samples of a step are the same in every layout (law 1).
/// </summary>
/// <param name="plan">Samples, global batch and epochs.</param>
/// <param name="seed">The run's seed, which orders every epoch.</param>
/// <param name="topology">Replicas and shards.</param>
/// <param name="slot">This worker's place.</param>
/// <param name="startStep">The first step; later than 0 after a resume.</param>
/// <param name="shards"><see cref="ISampleSet.Shards"/> of the data set; all samples in one by default.</param>
public sealed class TrainingBatches(
    StepPlan plan,
    long seed,
    RunTopology topology,
    Slot slot,
    long startStep = 0,
    IReadOnlyList<int>? shards = null
) : IEnumerable<BatchPlan>
{
    public IEnumerator<BatchPlan> GetEnumerator()
    {
        var (order, epoch) = (Array.Empty<int>(), 0);
        for (long step = startStep; step < plan.TotalSteps; step++)
        {
            if (plan.EpochOf(step) != epoch)
            {
                epoch = plan.EpochOf(step);
                order = EpochOrder.Of(seed, epoch, shards ?? [plan.Samples]);
            }
            var part = plan.Positions(step, slot.Replica, topology.Replicas);
            var decoded = Extent.Part(part.Length, topology.Shards, slot.Shard);
            yield return new(step, epoch, plan.Positions(step).Length, order.AsMemory(part.Start, part.Length), decoded);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
