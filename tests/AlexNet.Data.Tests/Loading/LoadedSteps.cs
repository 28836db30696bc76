using AlexNet.Data.Loading;
using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Tests.Loading;

/// <summary>Two epochs of training as all workers together load them.</summary>
internal static class LoadedSteps
{
    public const int Batch = 5;

    /// <summary>The pixels of each step in the order of the batch.</summary>
    public static List<byte[]> Of(IImageSet images, RunTopology topology, int threads)
    {
        var plan = new StepPlan(images.Count, Batch, Epochs: 2, StepLimit: null);
        var steps = Enumerable.Range(0, (int)plan.TotalSteps).Select(_ => new MemoryStream()).ToList();
        foreach (var slot in topology.Slots)
        {
            using var loader = new PrefetchingLoader(
                images,
                new TrainingBatches(plan, seed: 3, topology, slot, shards: images.Shards),
                threads: threads
            );
            while (loader.TryNext(out var batch, TestContext.Current.CancellationToken))
            {
                using (batch)
                    steps[(int)batch.Step].Write(batch.Pixels.Span);
            }
        }
        return [.. steps.Select(s => s.ToArray())];
    }
}
