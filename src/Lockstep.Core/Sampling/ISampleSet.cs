namespace Lockstep.Core.Sampling;

/// <summary>Samples that a run trains or evaluates on. The library says which of them are wanted; the set knows what they are.</summary>
public interface ISampleSet
{
    /// <summary>Number of samples; they are addressed by index.</summary>
    int Count { get; }

    /// <summary>
    /// Samples that lie together, in the order of their indices: an epoch reads nearly one shard after the other. All in one by default.
    /// </summary>
    IReadOnlyList<int> Shards => [Count];

    /// <summary>Begins to load batches.</summary>
    /// <param name="plans">What to load.</param>
    /// <param name="threads">Threads that work on one batch; how many changes no byte.</param>
    IBatchSource Load(IEnumerable<BatchPlan> plans, int threads);
}
