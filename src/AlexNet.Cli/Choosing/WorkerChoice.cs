using System.Text.Json.Nodes;
using AlexNet.Recipes;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Machines;

namespace AlexNet.Cli.Choosing;

/// <summary>How many workers train where the user leaves it to the program.</summary>
internal static class WorkerChoice
{
    /// <summary>As many as train <c>quickstart</c>: where one is lost, the other has its weights.</summary>
    private const int OnProcessors = 2;

    /// <summary>The settings of the layout: a replica for each GPU, or two on a machine of two cores or more, as memory allows.</summary>
    /// <param name="recipe">The recipe, in its own layout.</param>
    /// <param name="machine">This machine.</param>
    /// <param name="gpus">The GPUs that are used; 0 for processors.</param>
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> Of(Recipe recipe, MachineRoom machine, int gpus)
    {
        int wanted = gpus > 0 ? gpus : Math.Min(OnProcessors, machine.Cores);
        bool Fits(int workers) =>
            workers <= recipe.Training.Batch
            && (gpus > 0 || machine.MemoryProblem(workers, 0, CostModel.Memory(With(recipe, workers)), 0) is null);
        int replicas = Enumerable.Range(1, wanted).LastOrDefault(Fits, 1);
        return [new("layout.replicas", replicas), new("layout.shards", 1)];
    }

    private static Recipe With(Recipe recipe, int replicas) => recipe with { Layout = new NetLayoutRecipe { Replicas = replicas } };
}
