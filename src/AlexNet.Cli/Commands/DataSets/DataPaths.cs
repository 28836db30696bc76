using AlexNet.Recipes;
using Lockstep.Objects;

namespace AlexNet.Cli.Commands.DataSets;

/// <summary>
/// The files that a recipe names are seen from where the command was given; whoever reads the run later stands elsewhere.
/// </summary>
internal static class DataPaths
{
    public static Recipe Absolute(Recipe recipe) =>
        recipe with
        {
            Data = recipe.Data with
            {
                Path = ObjectAddress.Is(recipe.Data.Path) ? recipe.Data.Path : Absolute(recipe.Data.Path),
                MeanImage = Absolute(recipe.Data.MeanImage),
                Skip = Absolute(recipe.Data.Skip),
            },
        };

    private static string? Absolute(string? path) => path is { Length: > 0 } ? Path.GetFullPath(path) : path;
}
