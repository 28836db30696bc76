using System.Collections;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Sampling;

/// <summary>
/// One worker's batches of one pass over a test set, in the order of the set. Each replica takes a contiguous part and cuts it into
/// batches; all replicas have the same number of batches, so that collectives match: the last ones may be short or empty. Where several
/// views are wanted, the same samples come in each of them, one batch after the other, so that their results can be averaged at once.
/// </summary>
/// <param name="samples">Samples of the test set.</param>
/// <param name="batch">Most samples of one batch of one replica.</param>
/// <param name="topology">Replicas and shards.</param>
/// <param name="slot">This worker's place.</param>
/// <param name="views">What is seen of each sample: one view, 0, by default.</param>
public sealed class EvaluationBatches(int samples, int batch, RunTopology topology, Slot slot, IReadOnlyList<int>? views = null)
    : IReadOnlyCollection<BatchPlan>
{
    private readonly IReadOnlyList<int> _views = views ?? [0];

    /// <summary>Batches of every replica: parts of its samples, times views.</summary>
    public int Count => Parts * _views.Count;

    private int Parts => (Enumerable.Range(0, topology.Replicas).Max(r => PartOf(r).Length) + batch - 1) / batch;

    public IEnumerator<BatchPlan> GetEnumerator()
    {
        int parts = Parts;
        long number = 0;
        for (int i = 0; i < parts; i++)
        {
            var own = Samples(slot.Replica, i);
            int all = Enumerable.Range(0, topology.Replicas).Sum(r => Samples(r, i).Length);
            int[] indices = [.. Enumerable.Range(own.Start, own.Length)];
            var decoded = Extent.Part(own.Length, topology.Shards, slot.Shard);
            foreach (int view in _views)
                yield return new(number++, Epoch: 0, all, indices, decoded, view);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Extent PartOf(int replica) => Extent.Part(samples, topology.Replicas, replica);

    private Extent Samples(int replica, int number)
    {
        var part = PartOf(replica);
        int start = Math.Min(number * batch, part.Length);
        return new(part.Start + start, Math.Min(batch, part.Length - start));
    }
}
