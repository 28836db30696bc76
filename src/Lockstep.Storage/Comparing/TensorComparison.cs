namespace Lockstep.Storage.Comparing;

/// <summary>How the whole tensors of one kind in two checkpoints compare.</summary>
/// <param name="Tensors">How many names there are in both together.</param>
/// <param name="Different">Those that differ in a bit, by name.</param>
public sealed record TensorComparison(int Tensors, IReadOnlyList<TensorDifference> Different);
