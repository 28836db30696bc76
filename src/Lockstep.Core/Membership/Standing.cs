namespace Lockstep.Core.Membership;

/// <summary>The state of the net that a worker of a broken generation still holds.</summary>
/// <param name="Generation">The generation that it trained in.</param>
/// <param name="Shard">The index of the shard.</param>
/// <param name="Shards">The number of shards.</param>
/// <param name="Applied">Updates that its weights have seen.</param>
/// <param name="HoldsSums">It has voted for the next update and holds its summed gradients, so it can make that update by itself.</param>
public sealed record Standing(long Generation, int Shard, int Shards, long Applied, bool HoldsSums)
{
    /// <summary>Whether it is at a step, or can come there by itself.</summary>
    public bool Reaches(long step) => Applied == step || (HoldsSums && Applied == step - 1);
}
