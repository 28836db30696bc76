namespace Lockstep.Core.Recipes;

/// <summary>A group of gradients that is a product of two factors: those of a fully connected layer.</summary>
/// <param name="Name">The name of the layer; the same in every layout.</param>
/// <param name="Inputs">The number of inputs that one output sums over.</param>
/// <param name="Outputs">The outputs of the largest shard.</param>
public sealed record FactoredGroup(string Name, int Inputs, int Outputs);
