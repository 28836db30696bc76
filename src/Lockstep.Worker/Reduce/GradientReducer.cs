using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.SharedMemory;

namespace Lockstep.Worker.Reduce;

/// <summary>
/// Sums gradients over workers, each group in a bucket of its own, over those whom the group names. A bucket sets out as soon as its
/// gradients are complete, while others are still computed; when all have come, the sums are the gradients. Where a group is summed over
/// nobody else, nothing moves, unless another worker keeps this one's part of the net: that one gets the gradients too.
/// </summary>
internal sealed class GradientReducer(IReadOnlyList<GradientGroup> groups, StepPlan steps, GradientElements elements) : IDisposable
{
    private const int PointsOfABucket = 2; // names of operations that it may use in a step

    /// <summary>Operations of a step that are named from here on are no sums of gradients.</summary>
    public int Points => groups.Count * PointsOfABucket;

    /// <summary>Whether anything travels.</summary>
    public bool IsUsed => _buckets.Count > 0;

    private readonly List<IPendingOperation> _pending = [];
    private readonly List<IGradientBucket> _begun = [];
    private readonly Dictionary<GradientGroup, IGradientBucket> _buckets = [];

    /// <summary>Sums with the members of another generation from now on.</summary>
    /// <param name="sums">Who sums with this worker.</param>
    /// <param name="factored">Names of the groups whose gradients travel as factors between the holders of a shard.</param>
    /// <param name="keeping">The way to or from the worker that has the same part beside its own; null where there is none.</param>
    /// <param name="allocate">Makes the memory of the buckets, in so many bytes.</param>
    public void Use(
        IReadOnlyDictionary<SumOver, ICollectives> sums,
        IReadOnlyCollection<string> factored,
        Keeping? keeping,
        Func<long, SharedMemoryBlock> allocate
    )
    {
        Dispose(); // a worker of the last generation that wakes up late may still write into the old ones
        for (int i = 0; i < groups.Count; i++)
        {
            var group = groups[i];
            var members = sums.GetValueOrDefault(group.SumOver);
            bool isSummed = members is { Size: > 1 },
                isKept = keeping is not null && !isSummed && group.SumOver != SumOver.All;
            if (group.Factors is { } factors)
            {
                factors.IsUsed = isSummed
                    ? group.SumOver == SumOver.SameShard && factored.Contains(group.Name)
                    : isKept && keeping?.AsFactors(factors) == true;
            }

            if (isSummed && members is not null)
                _buckets[group] = BucketOf(group, i * PointsOfABucket, members, allocate);
            else if (isKept && keeping is not null)
                _buckets[group] = BucketOf(group, keeping.FirstPoint(Points) + i * PointsOfABucket, keeping, allocate);
        }
    }

    /// <summary>Begins the sum of one group's gradients.</summary>
    public void Begin(GradientGroup group, long step)
    {
        if (!_buckets.TryGetValue(group, out var bucket))
            return;
        _begun.Add(bucket);
        _pending.AddRange(bucket.Begin(step));
    }

    /// <summary>Begins all sums of a step, in the order of a backward pass, for a replica that has no gradients to add.</summary>
    public void BeginAll(long step)
    {
        foreach (var group in groups.Where(g => g.Phase == steps.PhaseOf(step)))
            Begin(group, step);
    }

    /// <summary>Blocks until everything has come that was begun.</summary>
    /// <exception cref="PeerLostException">Another worker did not come.</exception>
    public void Wait()
    {
        foreach (var operation in _pending)
            operation.Wait();
        _pending.Clear();
    }

    /// <summary>Puts the sums in place of the gradients; they have come.</summary>
    public void Finish()
    {
        foreach (var bucket in _begun)
            bucket.Finish();
        _begun.Clear();
    }

    /// <summary>Takes the buckets back from sums that were begun in a generation that has ended.</summary>
    public void Abandon()
    {
        foreach (var operation in _pending)
            AwaitEnd(operation);
        _pending.Clear();
        _begun.Clear();
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets.Values)
            bucket.Dispose();
        _buckets.Clear();
    }

    private IGradientBucket BucketOf(GradientGroup group, int point, ICollectives members, Func<long, SharedMemoryBlock> allocate) =>
        group.Factors is { IsUsed: true } factors
            ? new FactoredGradients(factors, OperationKind.Reduce, point, steps, members, Extent.Part, allocate)
            : new PlainGradients(
                group.Parameters,
                point,
                elements == GradientElements.Bf16 ? ElementType.BFloat16 : ElementType.Float32,
                members,
                keeping: null,
                allocate
            );

    private IGradientBucket BucketOf(GradientGroup group, int point, Keeping keeping, Func<long, SharedMemoryBlock> allocate) =>
        group.Factors is { IsUsed: true } factors
            ? new FactoredGradients(factors, OperationKind.Keep, point, steps, keeping.Pair, keeping.Rows, allocate)
            : new PlainGradients(group.Parameters, point, ElementType.Float32, keeping.Pair, keeping, allocate);

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
