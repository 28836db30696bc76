using System.Text.Json.Nodes;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace Lockstep.Options;

/// <summary>
/// A run that a directory holds, to go on with. It keeps its recipe: whatever is given is laid over that, and may change placement, saving
/// and length.
/// </summary>
/// <param name="Place">Where it is.</param>
/// <param name="Recipe">With which it was begun, or went on last.</param>
/// <param name="Newest">The manifest of its newest checkpoint; null where it has saved none.</param>
internal sealed record BegunRun(RunPlace Place, RunRecipe Recipe, Manifest? Newest)
{
    /// <summary>Full path.</summary>
    public string Directory => Place.Directory;

    /// <summary>Whether a directory holds a run.</summary>
    public static bool IsIn(string directory) => File.Exists(Path.Combine(directory, CheckpointFiles.Metrics));

    /// <summary>Looks at it; touches nothing but the working directory of a run in object storage.</summary>
    /// <param name="reader">Reads recipes of the application.</param>
    /// <param name="place">Where it is.</param>
    /// <exception cref="BadInputException">There is no run.</exception>
    public static BegunRun Open(IRecipeReader<RunRecipe> reader, RunPlace place)
    {
        place.Prepare();
        string directory = place.Directory;
        string path = Path.Combine(directory, CheckpointFiles.Recipe);
        if (!IsIn(directory) || !File.Exists(path))
        {
            throw new BadInputException(
                $"'{place.Name}' holds no run that could continue; give the directory of one: {RunHints.Program} resume RUN, or --run-dir "
                    + "RUN --resume."
            );
        }

        var manifests = new CheckpointStore(directory).List().Select(c => c.Manifest).OfType<Manifest>();
        return new BegunRun(place, RecipeCatalog.Load(reader, path), manifests.FirstOrDefault());
    }

    /// <summary>The recipe that it goes on with.</summary>
    /// <param name="reader">Reads recipes of the application.</param>
    /// <param name="settings">The settings that replace values of the recipe.</param>
    /// <exception cref="BadInputException">A setting may not change; every difference.</exception>
    public TRecipe GoOn<TRecipe>(IRecipeReader<TRecipe> reader, IReadOnlyList<KeyValuePair<string, JsonNode?>> settings)
        where TRecipe : RunRecipe
    {
        string path = Path.Combine(Directory, CheckpointFiles.Recipe);
        var recipe = RecipeCatalog.Load(reader, path, settings);
        RecipeDifferences.Refuse(Directory, RecipeCatalog.Load(reader, path), recipe);
        return recipe;
    }

    /// <summary>A recipe that the command line names must be the run's.</summary>
    /// <param name="named">Its name or path.</param>
    /// <param name="other">What it says, with the run's data where none are given.</param>
    /// <param name="recipe">What the run goes on with.</param>
    /// <param name="notes">Receives what the named recipe says and does not change.</param>
    /// <exception cref="BadInputException">It is another; every difference.</exception>
    public void Refuse(string named, RunRecipe other, RunRecipe recipe, ICollection<string> notes)
    {
        if (RecipeDifferences.Between(Recipe, other with { Start = Recipe.Start }) is { Count: > 0 } differences)
        {
            throw new BadInputException([
                .. differences.Select(d =>
                    $"the run in '{Directory}' was begun with {d} ('{named}'); leave the recipe out to keep the run's "
                    + $"({RunHints.Resume(Place.Name)}), or give the other recipe a run directory of its own."
                ),
            ]);
        }

        foreach (string difference in RecipeDifferences.OfLength(other, recipe))
            notes.Add($"'{named}' says {difference}; --epochs and --steps change that.");
    }

    /// <summary>The threads that it had, as long as its layout stays: their number decides the last bits.</summary>
    public int? ThreadsFor(RunRecipe recipe) =>
        Newest is { } manifest && (manifest.Replicas, manifest.Shards) == (recipe.Layout.Replicas, recipe.Layout.Shards)
            ? manifest.Environment.Threads
            : null;
}
