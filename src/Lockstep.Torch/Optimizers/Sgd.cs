using Lockstep.Core.Recipes;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// Momentum with the learning rate inside the velocity: V = momentum V - rate (decay W + gradient); W += V.
/// Source: paper, section 5; biases with a rate and decay of their own, as in the published source. With layer-wise rates it is LARS.
/// </summary>
internal sealed class Sgd : IOptimizer
{
    private readonly SgdRecipe _recipe;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly IReadOnlyList<Tensor> _velocities;
    private readonly FusedUpdate<SgdRule>? _fused;
    private readonly IReadOnlyList<ForeachSgd> _onGpu;
    private readonly LayerRates? _layers;
    private readonly ParameterGroups _groups;

    public Sgd(SgdRecipe recipe, IReadOnlyList<Parameter> parameters)
    {
        (_recipe, _parameters, _groups) = (recipe, parameters, new ParameterGroups(recipe));
        _velocities = [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];
        _fused = FusedUpdate<SgdRule>.Takes(parameters) ? new(parameters, _velocities) : null;
        _layers = recipe.Lars is { } lars ? new(lars, recipe, parameters) : null;
        _onGpu = _fused is null && ForeachSgd.Takes(recipe) ? ForeachSgd.Groups(parameters, _velocities) : [];
    }

    /// <summary>Velocities.</summary>
    public IReadOnlyList<ShardTensor> State => [.. _parameters.Zip(_velocities, (p, velocity) => p.Companion("velocity", velocity))];

    public void Measure(Exchange exchange, long step, double gradientScale = 1) => _layers?.Measure(exchange, step, gradientScale);

    public void TakeMeasures(IOptimizer other)
    {
        if (other is Sgd { _layers: { } layers })
            _layers?.Take(layers);
    }

    public void Step(double rate, double gradientScale = 1)
    {
        if (_fused is not null)
        {
            _fused.Run(parameter => ConstantsOf(parameter, rate, gradientScale));
            return;
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in _onGpu)
            group.Step(ConstantsOf(group.First, rate, gradientScale));
        if (_onGpu.Count > 0)
            return;
        foreach (var (parameter, velocity) in _parameters.Zip(_velocities))
        {
            var constants = ConstantsOf(parameter, rate, gradientScale);
            velocity.mul_(constants.KeepFirst).add_(parameter.Gradient().to(ScalarType.Float32), -constants.Rate);
            if (constants.Shrink != 0)
                velocity.add_(parameter.Value, constants.Shrink);
            parameter.Value.add_(velocity);
            parameter.Round();
        }
    }

    public void Resume(long updates)
    {
        // an update depends on the velocity alone, not on how many were before it
    }

    public void Dispose()
    {
        _fused?.Dispose();
        foreach (var velocity in _velocities)
            velocity.Dispose();
    }

    private UpdateConstants ConstantsOf(Parameter parameter, double rate, double gradientScale)
    {
        double own = (parameter.IsBias ? rate * _recipe.BiasRate : rate) * (_layers?.Of(parameter) ?? 1) * _groups.RateOf(parameter);
        double decay = _groups.DecayOf(parameter) ?? (parameter.IsBias ? _recipe.BiasWeightDecay : _recipe.WeightDecay);
        return new()
        {
            Rate = (float)(own * gradientScale),
            Shrink = (float)(-own * decay),
            KeepFirst = (float)_recipe.Momentum,
        };
    }
}
