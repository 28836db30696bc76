using AlexNet.Core.Recipes;
using AlexNet.Model.Checkpoints;
using AlexNet.Model.Parameters;
using static TorchSharp.torch;

namespace AlexNet.Model.Optimizers;

/// <summary>Adam with bias correction. Source: Kingma and Ba 2015, algorithm 1.</summary>
internal sealed class Adam(AdamRecipe recipe, IReadOnlyList<Parameter> parameters) : IOptimizer
{
    private readonly IReadOnlyList<Tensor> _means = [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];
    private readonly IReadOnlyList<Tensor> _squares = [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];
    private long _updates;

    /// <summary>First moments, then second moments.</summary>
    public IReadOnlyList<ShardTensor> State =>
    [
        .. parameters.Zip(_means, (p, mean) => p.Companion("mean", mean)),
        .. parameters.Zip(_squares, (p, square) => p.Companion("square", square)),
    ];

    public void Step(double rate)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _updates++;
        double meanCorrection = 1 - Math.Pow(recipe.Beta1, _updates);
        double squareCorrection = 1 - Math.Pow(recipe.Beta2, _updates);
        for (int i = 0; i < parameters.Count; i++)
        {
            var (parameter, mean, square) = (parameters[i], _means[i], _squares[i]);
            var gradient = parameter.Gradient();
            mean.mul_(recipe.Beta1).add_(gradient, 1 - recipe.Beta1);
            square.mul_(recipe.Beta2).addcmul_(gradient, gradient, 1 - recipe.Beta2);
            var divisor = square.sqrt().div_(Math.Sqrt(squareCorrection)).add_(recipe.Epsilon);
            parameter.Value.addcdiv_(mean, divisor, -rate / meanCorrection);
        }
    }

    public void Resume(long updates) => _updates = updates;

    public void Dispose()
    {
        foreach (var tensor in _means.Concat(_squares))
            tensor.Dispose();
    }
}
