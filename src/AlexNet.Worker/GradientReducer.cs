using AlexNet.Core.Collectives;
using AlexNet.Model;
using AlexNet.Transport.SharedMemory;

namespace AlexNet.Worker;

/// <summary>
/// Sums gradients over replicas, in one bucket for each segment. A segment's gradients are copied into its bucket and set out as soon as they
/// are complete, while earlier segments are still computed; when all sums are there, the buckets are the gradients.
/// With one replica nothing moves.
/// </summary>
internal sealed class GradientReducer(IReadOnlyList<Segment> segments) : IDisposable
{
    private readonly List<IPendingOperation> _pending = [];
    private IReadOnlyList<GradientBucket> _buckets = [];
    private ICollectives? _replicas;

    /// <summary>Sums with the members of another generation from now on.</summary>
    /// <param name="replicas">The holders of the same shard.</param>
    /// <param name="allocate">Makes the memory of the buckets, in so many bytes.</param>
    public void Use(ICollectives replicas, Func<long, SharedMemoryBlock> allocate)
    {
        _replicas = replicas;
        Dispose(); // a worker of the last generation that wakes up late may still write into the old ones
        _buckets = replicas.Size > 1 ? [.. segments.Select(s => new GradientBucket(s.Parameters, allocate))] : [];
    }

    /// <summary>Begins the sum of one segment's gradients.</summary>
    public void Begin(Segment segment, long step)
    {
        if (_replicas is not { Size: > 1 } replicas)
            return;
        var bucket = _buckets[segment.Index];
        bucket.Fill();
        _pending.Add(replicas.AllReduce(new Operation(OperationKind.Reduce, step, segment.Index), bucket.Memory));
    }

    /// <summary>Begins all sums, in the order of a backward pass, for a replica that has none to make.</summary>
    public void BeginAll(long step)
    {
        foreach (var segment in segments.Reverse())
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
        foreach (var bucket in _buckets)
            bucket.Empty();
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
        foreach (var bucket in _buckets)
            bucket.Dispose();
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
