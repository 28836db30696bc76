using Lockstep.Core.Recipes;
using Lockstep.Core.Schedules;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Optimizers;

/// <summary>Adam with bias correction. Source: Kingma and Ba 2015, algorithm 1.</summary>
internal sealed class Adam : IOptimizer
{
    private readonly AdamRecipe _recipe;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly IReadOnlyList<Tensor> _means,
        _squares;
    private readonly FusedUpdate<AdamRule>? _fused;
    private long _updates;

    public Adam(AdamRecipe recipe, IReadOnlyList<Parameter> parameters)
    {
        (_recipe, _parameters) = (recipe, parameters);
        _means = [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];
        _squares = [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];
        _fused = FusedUpdate<AdamRule>.Takes(parameters) ? new(parameters, _means, _squares) : null;
    }

    /// <summary>First moments, then second moments.</summary>
    public IReadOnlyList<ShardTensor> State =>
        [
            .. _parameters.Zip(_means, (p, mean) => p.Companion("mean", mean)),
            .. _parameters.Zip(_squares, (p, square) => p.Companion("square", square)),
        ];

    public void Step(double rate)
    {
        _updates++;
        double meanCorrection = 1 - WholePower.Of(_recipe.Beta1, _updates),
            squareCorrection = 1 - WholePower.Of(_recipe.Beta2, _updates);
        var constants = new UpdateConstants
        {
            Rate = (float)(rate / meanCorrection),
            KeepFirst = (float)_recipe.Beta1,
            AddFirst = (float)(1 - _recipe.Beta1),
            KeepSecond = (float)_recipe.Beta2,
            AddSecond = (float)(1 - _recipe.Beta2),
            SecondScale = (float)(1 / Math.Sqrt(squareCorrection)),
            Epsilon = (float)_recipe.Epsilon,
        };
        if (_fused is not null)
        {
            _fused.Run(_ => constants);
            return;
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        for (int i = 0; i < _parameters.Count; i++)
        {
            var (parameter, mean, square) = (_parameters[i], _means[i], _squares[i]);
            var gradient = parameter.Gradient().to(ScalarType.Float32);
            mean.mul_(constants.KeepFirst).add_(gradient, constants.AddFirst);
            square.mul_(constants.KeepSecond).addcmul_(gradient, gradient, constants.AddSecond);
            parameter.Value.addcdiv_(mean, square.sqrt().mul_(constants.SecondScale).add_(constants.Epsilon), -constants.Rate);
            parameter.Round();
        }
    }

    public void Resume(long updates) => _updates = updates;

    public void Measure(Exchange exchange, long step)
    {
        // every element is updated by itself
    }

    public void Dispose()
    {
        _fused?.Dispose();
        foreach (var tensor in _means.Concat(_squares))
            tensor.Dispose();
    }
}
