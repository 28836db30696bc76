using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Launching;

/// <summary>
/// Weights that a new run begins with (<c>--weights</c>). They are written into the run directory, and their hash into the run's recipe: so
/// every worker begins with the same, also one that comes later, and a resume needs nothing but the run.
/// </summary>
/// <param name="Source">As the user gave it.</param>
/// <param name="WriteTo">Writes them as a safetensors file with the names of the net.</param>
internal sealed record WeightsToBegin(string Source, Action<string> WriteTo)
{
    /// <summary>Those of a checkpoint's directory, or of a safetensors file that has the net's names.</summary>
    public static WeightsToBegin Of(string path) => new(path, target =>
        {
            if (Directory.Exists(path))
            {
                CheckpointExport.Write(path, target, optimizer: false);
                return;
            }
            using (SafetensorsFile.Open(path)) // which refuses what is none
            using (var file = InputFile.OpenRead(path))
                DurableFile.Write(target, file.CopyTo);
        });

    /// <summary>Writes them into a run directory.</summary>
    /// <param name="runDirectory">It is there.</param>
    /// <param name="recipe">The recipe of the run, which may name the file already.</param>
    /// <returns>The recipe with the hash of the file.</returns>
    /// <exception cref="BadInputException">They are damaged, or others than the recipe names.</exception>
    public RunRecipe Begin(string runDirectory, RunRecipe recipe)
    {
        string path = CheckpointFiles.Start(runDirectory);
        WriteTo(path);
        string hash = ManifestFile.Of(path).Sha256;
        return recipe.Start is { } named && named.Sha256 != hash
            ? throw new BadInputException(
                $"--weights '{Source}' makes a file with SHA-256 {hash}; 'start.sha256' of recipe '{recipe.Name}' is {named.Sha256}. Give "
                    + "the file that the recipe means, or leave 'start' out of it."
            )
            : recipe with
            {
                Start = new StartRecipe { Sha256 = hash },
            };
    }
}
