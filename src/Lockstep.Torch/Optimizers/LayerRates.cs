using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Vectors;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// LARS: what the rate of each parameter is multiplied by, so that an update is a fixed share of the weights' norm: trust |W| / (|gradient|
/// + decay |W|).
/// 1. Every shard sums the squares of its rows. 2. The shards of a replica gather these sums and add them in shard order: norms are of
/// whole layers, however the net is cut. 3. Each shard works out the same factors. Source: You, Gitman and Ginsburg 2017, section 4.
/// </summary>
internal sealed class LayerRates
{
    private readonly LarsRecipe _recipe;
    private readonly SgdRecipe _sgd;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Dictionary<Parameter, double> _factors = [];

    public LayerRates(LarsRecipe recipe, SgdRecipe sgd, IReadOnlyList<Parameter> parameters) =>
        (_recipe, _sgd, _parameters) = (recipe, sgd, [.. parameters.Where(p => recipe.Biases || !p.IsBias)]);

    /// <summary>Works out the factors for the next update.</summary>
    public void Measure(Exchange exchange, long step, double gradientScale)
    {
        double[] own = SquareSums.Of([.. _parameters.Select(p => p.Value), .. _parameters.Select(p => p.Gradient())]);
        for (int i = 0; i < _parameters.Count; i++)
        {
            if (_parameters[i].IsWhole && exchange.Rank != 0)
                own[i] = own[_parameters.Count + i] = 0; // the first has counted it
        }

        double[] whole = exchange.Sum(new Operation(OperationKind.Measure, step), own);
        for (int i = 0; i < _parameters.Count; i++)
        {
            double gradient = Math.Sqrt(whole[_parameters.Count + i]) * gradientScale;
            _factors[_parameters[i]] = Factor(Math.Sqrt(whole[i]), gradient, DecayOf(_parameters[i]));
        }
    }

    /// <summary>Takes the factors that another shard has worked out for its part of the same layers.</summary>
    public void Take(LayerRates other)
    {
        foreach (var (own, theirs) in _parameters.Zip(other._parameters))
            _factors[own] = other.Of(theirs);
    }

    /// <summary>The factor of a parameter; 1 for one that has the plain rate, and before the first measurement.</summary>
    public double Of(Parameter parameter) => _factors.GetValueOrDefault(parameter, 1);

    /// <summary>Where there is no weight or no gradient yet, published programs leave the rate as it is.</summary>
    private double Factor(double weight, double gradient, double decay) =>
        weight > 0 && gradient > 0 ? _recipe.Trust * weight / (gradient + decay * weight) : 1;

    private double DecayOf(Parameter parameter) => parameter.IsBias ? _sgd.BiasWeightDecay : _sgd.WeightDecay;
}
