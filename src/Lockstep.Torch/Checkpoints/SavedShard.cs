using Lockstep.Storage.Files;

namespace Lockstep.Torch.Checkpoints;

/// <summary>What has been written of a shard.</summary>
/// <param name="Files">As they were written.</param>
/// <param name="CommonHash">Hex SHA-256 of what every shard of the replica holds, all of it; null where they hold nothing in
/// common.</param>
public sealed record SavedShard(IReadOnlyList<ManifestFile> Files, string? CommonHash);
