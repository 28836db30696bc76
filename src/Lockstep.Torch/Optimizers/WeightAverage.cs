using Lockstep.Core.Recipes;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// The moving average of a shard's weights over the updates of a run. It is what evaluations measure first and what a checkpoint holds as
/// the weights, since it is what a run is made for; the weights that training goes on with lie beside the optimiser's state.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private const string Trained = "trained";

    private readonly AverageRecipe _recipe;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly IReadOnlyList<Tensor> _averages;

    /// <param name="recipe">How fast it forgets.</param>
    /// <param name="parameters">Whose values are averaged.</param>
    public WeightAverage(AverageRecipe recipe, IReadOnlyList<Parameter> parameters) =>
        (_recipe, _parameters, _averages) = (
            recipe,
            parameters,
            [.. parameters.Select(p => p.Value.detach().clone().DetachFromDisposeScope())]
        );

    /// <summary>The averages, by the names of the parameters.</summary>
    public IReadOnlyList<ShardTensor> Averages => [.. _parameters.Zip(_averages, (p, average) => p.Weights with { Value = average })];

    /// <summary>The weights that training goes on with, such as <c>conv1.weight.trained</c>.</summary>
    public IReadOnlyList<ShardTensor> TrainedWeights => [.. _parameters.Select(p => p.Companion(Trained, p.Value))];

    /// <summary>The run begins: the average of what the weights are now.</summary>
    public void Begin() => Copy(_parameters.Select(p => p.Value), _averages);

    /// <summary>An update was made.</summary>
    /// <param name="updates">The updates of the run, this one included.</param>
    public void Add(long updates)
    {
        using var guard = no_grad();
        double decay = Decay(updates);
        foreach (var (parameter, average) in _parameters.Zip(_averages))
            average.mul_(decay).add_(parameter.Value, alpha: 1 - decay);
    }

    /// <summary>Layers work with the averages until what is returned is disposed; no update may come in between.</summary>
    public IDisposable InPlace()
    {
        Swap();
        return new Return(this);
    }

    public void Dispose()
    {
        foreach (var average in _averages)
            average.Dispose();
    }

    /// <summary>
    /// What is kept of the average in an update. At the start it is less, since an average of the first random weights is worth nothing.
    /// </summary>
    private double Decay(long updates) => Math.Min(_recipe.Decay, (1.0 + updates) / (10.0 + updates));

    private void Swap()
    {
        using var guard = no_grad();
        foreach (var (parameter, average) in _parameters.Zip(_averages))
        {
            using var trained = parameter.Value.clone();
            parameter.Value.copy_(average);
            average.copy_(trained);
            parameter.Round();
        }
    }

    private static void Copy(IEnumerable<Tensor> sources, IEnumerable<Tensor> targets)
    {
        using var guard = no_grad();
        foreach (var (source, target) in sources.Zip(targets))
            target.copy_(source);
    }

    private sealed class Return(WeightAverage average) : IDisposable
    {
        public void Dispose() => average.Swap();
    }
}
