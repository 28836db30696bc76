using AlexNet.Cli.Planning;
using AlexNet.Recipes;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Errors;

namespace AlexNet.Cli.Commands.Training;

/// <summary>The layout that a number of workers takes (<c>--workers</c>): the fastest by the planner, or that of <c>--plan</c>.</summary>
internal static class LayoutSearch
{
    /// <param name="name">Name or path of the recipe.</param>
    /// <param name="recipe">It, with everything but the layout that is looked for.</param>
    /// <param name="workers">1 or more.</param>
    /// <param name="plan">towers, data or hybrid; null for any.</param>
    /// <param name="device">auto, cpu or cuda.</param>
    /// <param name="cancellation">Cancels the measurement.</param>
    /// <exception cref="BadInputException">There is no layout for so many.</exception>
    public static async Task<NetLayoutRecipe> FindAsync(
        string name,
        Recipe recipe,
        int workers,
        string? plan,
        string device,
        CancellationToken cancellation
    )
    {
        switch (plan)
        {
            case "data":
                return new NetLayoutRecipe { Plan = LayoutPlan.Data, Replicas = workers };
            case "hybrid":
                return new NetLayoutRecipe { Plan = LayoutPlan.Hybrid, Shards = workers };
        }
        Console.Error.WriteLine("Measuring this machine to choose a layout ...");
        var machine = await MachineProbe.MeasureAsync(name, recipe, device, cancellation);
        var found = Planner
            .Predict(recipe, workers, hosts: 1, machine)
            .Where(p => plan is null || p.Recipe.Layout.Plan == LayoutPlan.Towers)
            .ToList();
        if (found.Count == 0)
        {
            throw new BadInputException(
                $"--workers is {workers}, and '{recipe.Name}' has no layout for that many: its net has {recipe.Net.Towers} towers, its "
                    + $"batch {recipe.GlobalBatch} samples; use fewer workers, or a larger batch."
            );
        }

        Console.Error.WriteLine(PlanLines.Reason(found));
        return found[0].Recipe.Layout;
    }
}
