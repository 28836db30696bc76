using AlexNet.Cli.Pictures;
using AlexNet.Recipes;
using Lockstep.Launching;
using Lockstep.Pictures;
using Lockstep.Storage.Checkpoints;

namespace AlexNet.Cli.Commands;

/// <summary>The pictures that a run leaves in its directory when it ends: its learning curves, and its filters.</summary>
internal static class RunPictures
{
    /// <summary>Draws what can be drawn; what cannot is no failure of the run.</summary>
    /// <param name="ended">A run of one of our recipes.</param>
    /// <param name="problem">Receives a message for each picture that could not be drawn.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Draw(TrainRequest ended, Action<string> problem)
    {
        var (directory, recipe) = (ended.RunDirectory, (Recipe)ended.Recipe);
        var curves = EndPictures.Draw(directory, problem);
        var newest = new CheckpointStore(directory).List().FirstOrDefault(c => c.State == CheckpointState.Whole);
        if (newest is null || recipe.Net.Layers[0] is not ConvRecipe)
            return curves;
        string? filters = EndPictures.Try(
            directory,
            FiltersCommand.DefaultFile,
            path => FilterSheet.Write(path, recipe, newest.Directory),
            problem
        );
        return filters is null ? curves : [.. curves, filters];
    }
}
