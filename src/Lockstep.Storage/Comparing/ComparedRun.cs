using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Storage.Runs;

namespace Lockstep.Storage.Comparing;

/// <summary>What of a run is compared.</summary>
/// <param name="History">What it has recorded.</param>
/// <param name="Recipe">Its <c>recipe.json</c>, as it is written.</param>
/// <param name="Checkpoints">Its whole checkpoints, newest first; files are not read.</param>
public sealed record ComparedRun(RunHistory History, JsonNode? Recipe, IReadOnlyList<ComparedCheckpoint> Checkpoints)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>What is wrong with checkpoints that are damaged, and so not compared.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Reads the recipe and the manifests of a run.</summary>
    /// <param name="directory">The run's.</param>
    /// <param name="history">What it has recorded.</param>
    /// <exception cref="BadInputException">It has no recipe that can be read.</exception>
    public static ComparedRun Read(string directory, RunHistory history)
    {
        var stored = new CheckpointStore(directory).List();
        return new(
            history,
            ReadRecipe(directory),
            [
                .. from checkpoint in stored.Where(c => c.State == CheckpointState.Whole).DistinctBy(c => c.Step)
                from manifest in new[] { checkpoint.Manifest }.OfType<Manifest>()
                select new ComparedCheckpoint(checkpoint.Directory, manifest),
            ]
        )
        {
            Problems = [.. stored.Where(c => c.State == CheckpointState.Damaged).SelectMany(c => c.Problems)],
        };
    }

    /// <summary>Reads a recipe, which need not be one that this version of the program could train.</summary>
    private static JsonNode? ReadRecipe(string directory)
    {
        string path = Path.Combine(directory, CheckpointFiles.Recipe);
        if (!File.Exists(path))
        {
            throw new BadInputException(
                $"'{directory}' is not a whole run: '{CheckpointFiles.Recipe}' is missing; give the directory of a run that has begun."
            );
        }

        try
        {
            return JsonNode.Parse(InputFile.ReadAllText(path), documentOptions: Lenient);
        }
        catch (JsonException e)
        {
            throw new BadInputException($"'{path}' is not valid JSON ({e.Message}). Correct it, or compare another run.");
        }
    }
}
