using Lockstep.Torch.Parameters;

namespace Lockstep.Torch.Trainables;

/// <summary>Parameters whose gradients are complete at the same time, and travel together.</summary>
public sealed class GradientGroup(string name, IReadOnlyList<Parameter> parameters, SumOver sumOver, GradientFactors? factors = null)
{
    /// <summary>The layer with which the group begins; the same in every layout.</summary>
    public string Name { get; } = name;

    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    public SumOver SumOver { get; } = sumOver;

    /// <summary>The phase that trains them, from 0; 0 where steps have none.</summary>
    public int Phase { get; init; }

    /// <summary>What the gradients are the product of, where they can travel as that; null where they have no such factors.</summary>
    public GradientFactors? Factors { get; } = factors;
}
