using AlexNet.Cli.Commands.DataSets;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Evaluating;

/// <summary>A checkpoint with what its run says of it.</summary>
/// <param name="Checkpoint">Its directory.</param>
/// <param name="Recipe">The recipe of its run, resolved.</param>
/// <param name="ClassNames">A word for each class; numbers where the run knows none.</param>
internal sealed record StoredNet(string Checkpoint, Recipe Recipe, IReadOnlyList<string> ClassNames)
{
    /// <param name="path">A checkpoint's directory, or a run's (its newest whole checkpoint).</param>
    /// <param name="data">Directory of the data set in place of the recipe's; null for that.</param>
    /// <exception cref="BadInputException">There is none, or it is damaged.</exception>
    public static StoredNet Find(string path, string? data = null)
    {
        string checkpoint = CheckpointChoice.Find(path).Directory;
        string run = Path.GetFullPath(Path.Combine(checkpoint, "..", ".."));
        string recipePath = Path.Combine(run, CheckpointFiles.Recipe);
        if (!File.Exists(recipePath))
        {
            throw new BadInputException(
                $"checkpoint '{checkpoint}' is not in a run directory: '{recipePath}', which describes its net, is missing; put it back "
                    + "where it was saved, or copy that file too."
            );
        }

        var errors = new List<string>();
        var settings = DataArgument.Settings(data, errors);
        if (errors.Count > 0)
            throw new BadInputException(errors);
        var recipe = RecipeCatalog.Load(Recipe.Reader, recipePath, settings);
        DataArgument.RefuseIdle(recipe, settings);
        return new StoredNet(checkpoint, recipe, Lockstep.Storage.Runs.ClassNames.Read(run, recipe.Data.Classes));
    }

    /// <summary>
    /// A net says what it has learned: its classes in their order. Data with others would be evaluated wrongly, and in silence.
    /// </summary>
    /// <exception cref="BadInputException">The data have other classes, or the same in another order.</exception>
    public void RefuseOtherClasses(IReadOnlyList<string> dataClasses)
    {
        if (DataIdentity.ClassDifferences(ClassNames, dataClasses) is { Count: > 0 } differences)
        {
            throw new BadInputException(
                $"the data do not have the classes that the net in '{Checkpoint}' was trained with: {string.Join("; ", differences)}. "
                    + "Give a data set whose classes have the same names, and so the same order."
            );
        }
    }
}
