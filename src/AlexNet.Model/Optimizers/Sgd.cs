using AlexNet.Core.Recipes;
using AlexNet.Model.Checkpoints;
using AlexNet.Model.Parameters;
using static TorchSharp.torch;

namespace AlexNet.Model.Optimizers;

/// <summary>
/// Momentum with the learning rate inside the velocity: V = momentum V - rate (decay W + gradient); W += V.
/// Source: paper, section 5; biases with a rate and decay of their own, as in the published source.
/// </summary>
internal sealed class Sgd(SgdRecipe recipe, IReadOnlyList<Parameter> parameters) : IOptimizer
{
    private readonly IReadOnlyList<Tensor> _velocities =
        [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];

    /// <summary>Velocities.</summary>
    public IReadOnlyList<ShardTensor> State => [.. parameters.Zip(_velocities, (p, velocity) => p.Companion("velocity", velocity))];

    public void Step(double rate)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, velocity) in parameters.Zip(_velocities))
        {
            double ownRate = parameter.IsBias ? rate * recipe.BiasRate : rate;
            double decay = parameter.IsBias ? recipe.BiasWeightDecay : recipe.WeightDecay;
            velocity.mul_(recipe.Momentum).add_(parameter.Gradient(), -ownRate);
            if (decay > 0)
                velocity.add_(parameter.Value, -ownRate * decay);
            parameter.Value.add_(velocity);
        }
    }

    public void Resume(long updates)
    {
        // an update depends on the velocity alone, not on how many were before it
    }

    public void Dispose()
    {
        foreach (var velocity in _velocities)
            velocity.Dispose();
    }
}
