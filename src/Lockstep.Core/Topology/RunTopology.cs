namespace Lockstep.Core.Topology;

/// <summary>
/// The one type that computes who stands where: R replicas of M shards each, ranks counted shard by shard within a replica.
/// </summary>
public sealed record RunTopology(int Replicas, int Shards)
{
    /// <summary>Number of workers of the run.</summary>
    public int Workers => Replicas * Shards;

    public IEnumerable<Slot> Slots => Enumerable.Range(0, Workers).Select(SlotOf);

    public int RankOf(Slot slot) => slot.Replica * Shards + slot.Shard;

    public Slot SlotOf(int rank) => new(rank / Shards, rank % Shards);

    /// <summary>Ranks that exchange activations: the shards of one replica, in ascending order.</summary>
    public IReadOnlyList<int> ExchangeRanks(Slot slot) => [.. Enumerable.Range(0, Shards).Select(s => RankOf(slot with { Shard = s }))];

    /// <summary>Ranks that reduce gradients: the holders of the same shard, in ascending replica order.</summary>
    public IReadOnlyList<int> ReduceRanks(Slot slot) => [.. Enumerable.Range(0, Replicas).Select(r => RankOf(slot with { Replica = r }))];

    /// <summary>All ranks, in ascending order.</summary>
    public IReadOnlyList<int> AllRanks => [.. Enumerable.Range(0, Workers)];

    /// <summary>The towers that a shard holds of a net of <paramref name="towers"/> towers, a multiple of the number of shards.</summary>
    public Extent TowersOf(int shard, int towers) => Extent.Part(towers, Shards, shard);

    public override string ToString() => $"{Replicas} x {Shards} (replicas x shards)";
}
