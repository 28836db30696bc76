using AlexNet.Core.Collectives;
using AlexNet.Model;
using AlexNet.Transport.SharedMemory;

namespace AlexNet.Worker;

/// <summary>
/// Sums gradients over replicas, in one bucket for each segment. A segment's gradients are copied into its bucket and set out as soon as they
/// are complete, while earlier segments are still computed; when all sums are there, the buckets are the gradients.
/// With one replica nothing moves.
/// </summary>
internal sealed class GradientReducer : IDisposable
{
    private readonly ICollectives _replicas;
    private readonly IReadOnlyList<Segment> _segments;
    private readonly IReadOnlyList<GradientBucket> _buckets;
    private readonly List<IPendingOperation> _pending = [];

    /// <param name="replicas">The holders of the same shard.</param>
    /// <param name="segments">Of this shard.</param>
    /// <param name="allocate">Makes the memory of the buckets, in so many bytes.</param>
    public GradientReducer(ICollectives replicas, IReadOnlyList<Segment> segments, Func<long, SharedMemoryBlock> allocate)
    {
        (_replicas, _segments) = (replicas, segments);
        _buckets = replicas.Size == 1 ? [] : [.. segments.Select(s => new GradientBucket(s.Parameters, allocate))];
    }

    /// <summary>Begins the sum of one segment's gradients.</summary>
    public void Begin(Segment segment, long step)
    {
        if (_replicas.Size == 1)
            return;
        var bucket = _buckets[segment.Index];
        bucket.Fill();
        _pending.Add(_replicas.AllReduce(new Operation(OperationKind.Reduce, step, segment.Index), bucket.Memory));
    }

    /// <summary>Begins all sums, in the order of a backward pass, for a replica that has none to make.</summary>
    public void BeginAll(long step)
    {
        foreach (var segment in _segments.Reverse())
            Begin(segment, step);
    }

    /// <summary>Blocks until every sum is complete, and puts the sums in place of the gradients.</summary>
    /// <exception cref="PeerLostException">Another replica did not come.</exception>
    public void Wait()
    {
        foreach (var operation in _pending)
            operation.Wait();
        _pending.Clear();
        foreach (var bucket in _buckets)
            bucket.Empty();
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets)
            bucket.Dispose();
    }
}
