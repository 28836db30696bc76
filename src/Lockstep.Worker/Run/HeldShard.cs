using Lockstep.Worker.State;

namespace Lockstep.Worker.Run;

/// <summary>What a worker holds at the end of a generation.</summary>
/// <param name="Shard">Its index.</param>
/// <param name="Shards">The shards of the net.</param>
/// <param name="Applied">Updates made.</param>
/// <param name="HoldsSums">It holds the complete sums of the next update.</param>
internal readonly record struct HeldShard(int Shard, int Shards, long Applied, bool HoldsSums)
{
    /// <summary>A worker that has no state yet.</summary>
    public static HeldShard Nothing { get; } = new(0, 0, -1, false);

    public static HeldShard Of(ShardState? state) =>
        state is null ? Nothing : new(state.Index, state.Shards, state.Applied, state.HoldsSums);
}
