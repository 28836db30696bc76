namespace Lockstep.Core.Recipes;

/// <summary>How large a shard of a net is.</summary>
/// <param name="Parameters">The number of values that it trains.</param>
/// <param name="Tensors">The number of tensors that hold them.</param>
public readonly record struct ShardSize(
    [property: NumberRange(AtLeast = 1)] long Parameters,
    [property: NumberRange(AtLeast = 1)] int Tensors
);
