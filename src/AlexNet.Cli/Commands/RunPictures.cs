using AlexNet.Cli.Pictures;
using AlexNet.Recipes;
using Lockstep.Storage.Checkpoints;

namespace AlexNet.Cli.Commands;

/// <summary>The pictures that a run leaves in its directory when it ends: its learning curves, and its filters.</summary>
internal static class RunPictures
{
    /// <summary>Draws what can be drawn; what cannot is no failure of the run.</summary>
    /// <param name="runDirectory">The directory of a run that has ended.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="problem">Receives a message for each picture that could not be drawn.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Draw(string runDirectory, Recipe recipe, Action<string> problem)
    {
        var files = new List<string>();
        Try(PlotCommand.DefaultFile, path => LearningCurves.Write(path, PlottedRun.Read([runDirectory])));
        var newest = new CheckpointStore(runDirectory).List().FirstOrDefault(c => c.State == CheckpointState.Whole);
        if (newest is not null && recipe.Net.Layers[0] is ConvRecipe)
            Try(FiltersCommand.DefaultFile, path => FilterSheet.Write(path, recipe, newest.Directory));
        return files;

        void Try(string name, Action<string> draw)
        {
            string path = Path.Combine(runDirectory, name);
            try
            {
                draw(path);
                files.Add(path);
            }
            catch (Exception e) // whatever it is, the training has succeeded
            {
                problem($"'{path}' was not drawn: {e.Message}");
            }
        }
    }
}
