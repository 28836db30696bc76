namespace Lockstep.Core.Recipes;

/// <summary>How large a shard of a net is.</summary>
/// <param name="Parameters">Numbers that it trains.</param>
/// <param name="Tensors">That they lie in.</param>
public readonly record struct ShardSize(long Parameters, int Tensors);
