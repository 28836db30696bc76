using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Worker.State;

/// <summary>
/// Finds the weights that a run begins with. Every worker compares the file with the recipe, so that all begin with the same, whenever they
/// come and wherever they have it from.
/// </summary>
internal static class StartFile
{
    /// <param name="start">What the recipe says; null for random numbers.</param>
    /// <param name="given">The setting <c>weights</c> of this worker; null for the file in the run directory.</param>
    /// <param name="runDirectory">Null for a worker that shares none.</param>
    /// <returns>The file; null for random numbers.</returns>
    /// <exception cref="BadInputException">It is not there, or is another than the recipe's.</exception>
    public static string? Find(StartRecipe? start, string? given, string? runDirectory)
    {
        if (start is null)
        {
            return given is null
                ? null
                : throw new BadInputException(
                    $"setting 'weights' is '{given}', but the run's recipe begins with random numbers; give the coordinator the "
                        + $"setting 'set' with start.sha256={HashOf(given)}, or leave the weights out."
                );
        }

        string path = given
            ?? (runDirectory is null ? null : CheckpointFiles.Start(runDirectory))
            ?? throw new BadInputException(
                "the run's recipe begins with the weights of a file, and this worker has neither the setting 'weights' nor 'run-dir'; give "
                    + $"it the file whose SHA-256 is {start.Sha256}."
            );
        string found = HashOf(path);
        return found == start.Sha256
            ? path
            : throw new BadInputException(
                $"weights file '{path}' has SHA-256 {found}; the run's recipe begins with {start.Sha256}. Give every worker that file."
            );
    }

    private static string HashOf(string path)
    {
        try
        {
            return ManifestFile.Of(path).Sha256;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"weights file '{path}', with which the run begins, cannot be read ({e.Message.TrimEnd('.')}); put it back, or give the "
                    + "setting 'weights' another path of it."
            );
        }
    }
}
