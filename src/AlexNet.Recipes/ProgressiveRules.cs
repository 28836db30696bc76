using AlexNet.Recipes.Pictures;
using static Lockstep.Core.Recipes.Rule;

namespace AlexNet.Recipes;

/// <summary>
/// What the stages of progressive resizing must be, besides the range of each number: every stage must fit the net, and leave its weights
/// the shapes that they have.
/// </summary>
internal static class ProgressiveRules
{
    private const string Key = "data.progressive";

    /// <param name="recipe">Its numbers are within their ranges.</param>
    /// <param name="net">The net of its whole pictures.</param>
    /// <param name="errors">Receives a sentence for each broken rule.</param>
    public static void Check(Recipe recipe, NetShape net, ICollection<string> errors)
    {
        int before = errors.Count;
        for (int i = 0; i < recipe.Data.Progressive.Count; i++)
            CheckOrder(recipe.Data, i, errors);
        for (int i = 0; i < recipe.Data.Progressive.Count && errors.Count == before; i++)
            CheckFit(recipe, net, i, errors);
    }

    private static void CheckOrder(DataRecipe data, int index, ICollection<string> errors)
    {
        var stage = data.Progressive[index];
        Require(stage.Height <= data.Height, errors, $"{Key}[{index}].height", stage.Height, $"at most 'data.height' ({data.Height})");
        Require(stage.Width <= data.Width, errors, $"{Key}[{index}].width", stage.Width, $"at most 'data.width' ({data.Width})");
        if (index == 0)
            return;
        double last = data.Progressive[index - 1].Until;
        Require(stage.Until > last, errors, $"{Key}[{index}].until", stage.Until, $"more than that of the stage before ({last})");
    }

    private static void CheckFit(Recipe recipe, NetShape net, int index, ICollection<string> errors)
    {
        var stage = recipe.Data.Progressive[index];
        string size = $"'{Key}[{index}]' has pictures of {stage.Height}x{stage.Width}";
        var misfits = new List<string>();
        var small = new NetShapeBuilder(recipe, net.Image with { Height = stage.Height, Width = stage.Width }, misfits).Build();
        foreach (string misfit in misfits)
            errors.Add($"{size}: {misfit}");
        var changed = small?.Layers.Zip(net.Layers).FirstOrDefault(pair => !pair.First.WeightShape.SequenceEqual(pair.Second.WeightShape));
        if (changed is var (seen, whole) && seen is not null)
        {
            errors.Add(
                $"{size}, from which layer '{seen.Name}' sees {seen.Input}, and {whole.Input} from whole ones; both must be the same: give "
                    + "the last convolution an 'adaptivePool'."
            );
        }
    }
}
