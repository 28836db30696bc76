using Lockstep.Protocol.V1;
using Lockstep.Worker.State;

namespace Lockstep.Worker.Run;

/// <summary>What a worker holds at the end of a generation.</summary>
/// <param name="Shard">Its index.</param>
/// <param name="Shards">The shards of the net.</param>
/// <param name="Applied">Updates made.</param>
/// <param name="HoldsSums">It holds the complete sums of the next update.</param>
internal readonly record struct HeldShard(int Shard, int Shards, long Applied, bool HoldsSums)
{
    /// <summary>What it keeps of another's shard; null for nothing.</summary>
    public Kept? Kept { get; init; }

    /// <summary>The step of which it has a copy of its own shard; null for none.</summary>
    public long? Copy { get; init; }

    /// <summary>A worker that has no state yet.</summary>
    public static HeldShard Nothing { get; } = new(0, 0, -1, false);

    public static HeldShard Of(ShardHolder holder) =>
        holder.State is not { } state
            ? Nothing
            : new(state.Index, state.Shards, state.Applied, state.HoldsSums)
            {
                Kept = holder.Kept is { } kept ? new Kept { Shard = kept.Shard, Steps = { kept.Steps } } : null,
                Copy = holder.Kept?.OwnCopy,
            };
}
