using AlexNet.Data.Loading;
using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Tests.Loading;

/// <summary>What all workers of a layout load, put together as their exchange would.</summary>
internal static class Joined
{
    /// <summary>For each batch, the image indices found in the pixels: replica by replica, shard by shard.</summary>
    public static List<int[]> Batches(RunTopology topology, Func<Slot, IEnumerable<BatchPlan>> plans, IImageSet images, int threads = 1)
    {
        var joined = new List<List<int>>();
        foreach (var slot in topology.Slots)
        {
            using var loader = new PrefetchingLoader(images, plans(slot), threads: threads);
            for (int number = 0; loader.TryNext(out var batch, TestContext.Current.CancellationToken); number++)
            {
                using (batch)
                {
                    if (joined.Count == number)
                        joined.Add([]);
                    Check(batch, images);
                    joined[number].AddRange(NumberedImages.IndicesIn(batch.Pixels.Span));
                }
            }
        }
        return [.. joined.Select(j => j.ToArray())];
    }

    private static void Check(Batch batch, IImageSet images)
    {
        Assert.Equal(batch.Indices.Slice(batch.Decoded.Start, batch.Decoded.Length).ToArray(), NumberedImages.IndicesIn(batch.Pixels.Span));
        Assert.Equal(batch.Indices.ToArray().Select(i => (long)images.LabelOf(i)), batch.Labels);
    }
}
