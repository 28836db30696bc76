using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;

namespace Lockstep.Core.Reductions;

/// <summary>Which layers' gradients travel as their factors, and why.</summary>
/// <param name="Layers">Names, in the order of the net; none where all gradients are summed.</param>
/// <param name="Reason">A full sentence.</param>
public sealed record FactorChoice(IReadOnlyList<string> Layers, string Reason)
{
    /// <summary>For people, and for comparing one run with another: <c>sums and factors of fc6, fc7</c>, or <c>bf16 sums</c>.</summary>
    public string Summary(GradientElements elements) =>
        (elements == GradientElements.Bf16 ? "bf16 sums" : RunEnvironment.PlainReduction)
        + (Layers.Count == 0 ? "" : $" and factors of {string.Join(", ", Layers)}");
}
