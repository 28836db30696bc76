using AlexNet.Net.Shards;
using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Transport.SharedMemory;

namespace Lockstep.Worker.Reduce;

/// <summary>
/// Sums gradients over replicas: those of a segment in one bucket, and in one of its own each layer whose gradients travel as factors. A
/// segment's
/// set out as soon as they are complete, while earlier segments are still computed; when all have come, the sums are the gradients.
/// With one replica nothing moves.
/// </summary>
internal sealed class GradientReducer(Shard shard, StepPlan steps, GradientElements elements) : IDisposable
{
    private readonly List<IPendingOperation> _pending = [];
    private IReadOnlyList<IReadOnlyList<IGradientBucket>> _buckets = []; // of each segment
    private ICollectives? _replicas;

    /// <summary>Sums with the members of another generation from now on.</summary>
    /// <param name="replicas">The holders of the same shard.</param>
    /// <param name="factored">Names of the layers whose gradients travel as factors.</param>
    /// <param name="allocate">Makes the memory of the buckets, in so many bytes.</param>
    public void Use(ICollectives replicas, IReadOnlyCollection<string> factored, Func<long, SharedMemoryBlock> allocate)
    {
        _replicas = replicas;
        Dispose(); // a worker of the last generation that wakes up late may still write into the old ones
        shard.UseFactors(replicas.Size > 1 ? factored : []);
        _buckets =
            replicas.Size > 1
                ? [.. shard.Segments.Select(s => shard.ReducedSegments.Contains(s) ? BucketsOf(s, replicas, allocate).ToList() : [])]
                : [];
    }

    /// <summary>Begins the sum of one segment's gradients.</summary>
    public void Begin(Segment segment, long step)
    {
        if (_replicas is not { Size: > 1 } replicas)
            return;
        foreach (var bucket in _buckets[segment.Index])
            _pending.AddRange(bucket.Begin(replicas, step));
    }

    /// <summary>Begins all sums, in the order of a backward pass, for a replica that has none to make.</summary>
    public void BeginAll(long step)
    {
        foreach (var segment in shard.Segments.Reverse())
            Begin(segment, step);
    }

    /// <summary>Blocks until every sum is complete, and puts the sums in place of the gradients.</summary>
    /// <exception cref="PeerLostException">Another replica did not come.</exception>
    public void Wait()
    {
        if (_replicas is not { Size: > 1 })
            return;
        foreach (var operation in _pending)
            operation.Wait();
        _pending.Clear();
        foreach (var bucket in _buckets.SelectMany(b => b))
            bucket.Finish();
    }

    /// <summary>Takes the buckets back from sums that were begun in a generation that has ended.</summary>
    public void Abandon()
    {
        foreach (var operation in _pending)
            AwaitEnd(operation);
        _pending.Clear();
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets.SelectMany(b => b))
            bucket.Dispose();
        _buckets = [];
    }

    /// <summary>Operations of a step are numbered: a sum by its segment, then, past all of these, two for each layer in factors.</summary>
    private IEnumerable<IGradientBucket> BucketsOf(Segment segment, ICollectives replicas, Func<long, SharedMemoryBlock> allocate)
    {
        var factored = segment.Factors.Where(f => f.IsUsed).ToList();
        var summed = segment.Parameters.Where(p => !factored.Any(f => f.Weight == p || f.Bias == p)).ToList();
        if (summed.Count > 0)
        {
            yield return new SummedGradients(
                summed,
                segment.Index,
                elements == GradientElements.Bf16 ? ElementType.BFloat16 : ElementType.Float32,
                replicas,
                allocate
            );
        }

        foreach (var layer in factored)
            yield return new FactoredGradients(layer, shard.Segments.Count + 2 * layer.Layer, steps, replicas, allocate);
    }

    private static void AwaitEnd(IPendingOperation operation)
    {
        try
        {
            operation.Wait();
        }
        catch (Exception e) when (e is PeerLostException or OperationCanceledException)
        {
            // how the generation ended is known already
        }
    }
}
