using System.IO.Enumeration;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Parameters;

namespace Lockstep.Torch.Optimizers;

/// <summary>What a recipe says of single parameters.</summary>
internal sealed class ParameterGroups(OptimizerRecipe recipe)
{
    private readonly Dictionary<Parameter, ParameterGroupRecipe?> _groups = [];

    /// <summary>What the rate is multiplied by.</summary>
    public double RateOf(Parameter parameter) => Of(parameter)?.Rate ?? 1;

    /// <summary>The decay of its own; null for none.</summary>
    public double? DecayOf(Parameter parameter) => Of(parameter)?.WeightDecay;

    private ParameterGroupRecipe? Of(Parameter parameter)
    {
        if (recipe.Groups is not { } groups)
            return null;
        if (!_groups.TryGetValue(parameter, out var group))
            _groups[parameter] = group = groups.FirstOrDefault(g => FileSystemName.MatchesSimpleExpression(g.Names, parameter.Name, false));
        return group;
    }
}
