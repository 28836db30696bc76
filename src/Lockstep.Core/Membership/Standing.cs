namespace Lockstep.Core.Membership;

/// <summary>The state of the net that a worker of a broken generation still holds.</summary>
/// <param name="Generation">The generation that it trained in.</param>
/// <param name="Shard">The index of the shard.</param>
/// <param name="Shards">The number of shards.</param>
/// <param name="Applied">Updates that its weights have seen.</param>
/// <param name="HoldsSums">It has voted for the next update and holds its summed gradients, so it can make that update by itself.</param>
public sealed record Standing(long Generation, int Shard, int Shards, long Applied, bool HoldsSums)
{
    /// <summary>The step of which it has a copy of its own shard; null for none.</summary>
    public long? Copy { get; init; }

    /// <summary>What it holds of another worker's shard; null for nothing.</summary>
    public KeptStanding? Kept { get; init; }

    /// <summary>Whether it is at a step, or can come there by itself.</summary>
    public bool Reaches(long step) => Applied == step || (HoldsSums && Applied == step - 1) || Copy == step;

    /// <summary>Whether it has a shard of its own at a step, or can bring it there.</summary>
    public bool Holds(int shard, long step) => Shard == shard && Reaches(step);

    /// <summary>Whether it keeps another worker's shard at a step, or can bring it there.</summary>
    public bool Keeps(int shard, long step) => Kept is { } kept && kept.Shard == shard && kept.Steps.Contains(step);
}

/// <summary>The state of another worker's shard that a worker holds.</summary>
/// <param name="Shard">The index of the shard.</param>
/// <param name="Steps">The steps to which it can be brought.</param>
public sealed record KeptStanding(int Shard, IReadOnlyList<long> Steps);
