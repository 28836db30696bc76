namespace AlexNet.Data.Packed;

/// <summary>What was packed.</summary>
/// <param name="Train">Training pictures.</param>
/// <param name="Test">Test pictures.</param>
/// <param name="Classes">Classes.</param>
/// <param name="Shards">Shards of both.</param>
/// <param name="Bytes">Bytes of all shards.</param>
public sealed record PackedSet(int Train, int Test, int Classes, int Shards, long Bytes);
