using System.Text.Json.Nodes;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Runs;

/// <summary>Finds recipes: files that the user names, or those that come with the program.</summary>
public static class RecipeCatalog
{
    /// <summary>The name of the schema beside a recipe, which its <c>$schema</c> refers to.</summary>
    public const string SchemaFile = "recipe.schema.json";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "recipes");

    /// <summary>Names of the recipes that come with the program.</summary>
    public static IReadOnlyList<string> Names =>
        !Directory.Exists(Folder)
            ? []
            :
            [
                .. Directory
                    .GetFiles(Folder, "*.json")
                    .Select(Path.GetFileName)
                    .OfType<string>()
                    .Where(f => f != SchemaFile)
                    .Select(f => Path.ChangeExtension(f, null))
                    .Order(StringComparer.Ordinal),
            ];

    /// <summary>The JSON schema of the recipes, which comes with them.</summary>
    /// <exception cref="BadInputException">It is not there.</exception>
    public static string Schema
    {
        get
        {
            string path = Path.Combine(Folder, SchemaFile);
            return File.Exists(path)
                ? InputFile.ReadAllText(path)
                : throw new BadInputException($"'{path}' is missing; it comes with the program: install the program again.");
        }
    }

    /// <summary>Reads a recipe by name or path, with settings laid over it.</summary>
    /// <param name="reader">The reader of the application's recipes.</param>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or a file.</param>
    /// <param name="settings">Keys and values that win over the file.</param>
    /// <exception cref="BadInputException">It is unknown, or wrong in any way.</exception>
    public static TRecipe Load<TRecipe>(
        IRecipeReader<TRecipe> reader,
        string nameOrPath,
        IEnumerable<KeyValuePair<string, JsonNode?>>? settings = null
    )
        where TRecipe : RunRecipe
    {
        string path = Path.Combine(Folder, nameOrPath + ".json");
        if (!Names.Contains(nameOrPath))
        {
            path = File.Exists(nameOrPath)
                ? nameOrPath
                : throw new BadInputException(
                    $"recipe '{nameOrPath}' is unknown: neither a file nor one of {string.Join(", ", Names)}. Name one of these, or give "
                        + "the path of a recipe file."
                );
        }

        return reader.Read(InputFile.ReadAllText(path), $"'{nameOrPath}'", settings);
    }
}
