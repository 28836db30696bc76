using Lockstep.Core.Recipes;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Optimizers;

/// <summary>Momentum in PyTorch's form, with the rate outside the velocity, and Nesterov's.</summary>
internal sealed class TorchSgd : IOptimizer
{
    private readonly TorchSgdRecipe _recipe;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly ParameterGroups _groups;
    private readonly IReadOnlyList<Tensor> _velocities;
    private readonly FusedUpdate<TorchSgdRule>? _fused;

    public TorchSgd(TorchSgdRecipe recipe, IReadOnlyList<Parameter> parameters)
    {
        (_recipe, _parameters, _groups) = (recipe, parameters, new ParameterGroups(recipe));
        _velocities = [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];
        _fused = FusedUpdate<TorchSgdRule>.Takes(parameters) ? new(parameters, _velocities) : null;
    }

    /// <summary>Velocities.</summary>
    public IReadOnlyList<ShardTensor> State => [.. _parameters.Zip(_velocities, (p, velocity) => p.Companion("velocity", velocity))];

    public void Step(double rate, double gradientScale = 1)
    {
        if (_fused is not null)
        {
            _fused.Run(parameter => ConstantsOf(parameter, rate, gradientScale));
            return;
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, velocity) in _parameters.Zip(_velocities))
        {
            var constants = ConstantsOf(parameter, rate, gradientScale);
            var slope = parameter.Gradient().to(ScalarType.Float32) * constants.GradientScale;
            if (constants.Decay != 0)
                slope = slope.add(parameter.Value, constants.Decay);
            velocity.mul_(constants.KeepFirst).add_(slope);
            parameter.Value.add_(_recipe.Nesterov ? slope.add(velocity, constants.KeepFirst) : velocity, -constants.Rate);
            parameter.Round();
        }
    }

    public void Resume(long updates)
    {
        // an update depends on the velocity alone, not on how many were before it
    }

    public void Measure(Exchange exchange, long step, double gradientScale = 1)
    {
        // every element is updated by itself
    }

    public void Dispose()
    {
        _fused?.Dispose();
        foreach (var velocity in _velocities)
            velocity.Dispose();
    }

    private UpdateConstants ConstantsOf(Parameter parameter, double rate, double gradientScale) =>
        new()
        {
            Rate = (float)(rate * _groups.RateOf(parameter)),
            KeepFirst = (float)_recipe.Momentum,
            GradientScale = (float)gradientScale,
            Decay = (float)(_groups.DecayOf(parameter) ?? _recipe.WeightDecay),
            LooksAhead = _recipe.Nesterov,
        };
}
