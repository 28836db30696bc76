namespace Lockstep.Storage.Comparing;

/// <summary>A tensor that two checkpoints do not share.</summary>
/// <param name="Name">Such as <c>conv1.weight</c>.</param>
/// <param name="Largest">The largest absolute difference of values; null where shapes differ, or only one checkpoint holds it.</param>
public sealed record TensorDifference(string Name, double? Largest);
