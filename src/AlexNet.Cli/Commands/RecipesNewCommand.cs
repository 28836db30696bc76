using System.CommandLine;
using System.Text.Json.Nodes;
using AlexNet.Cli.Commands.DataSets;
using AlexNet.Cli.Commands.Training;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Options;
using Lockstep.Storage.Files;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Commands;

/// <summary>
/// <c>alexnet recipes new FILE --from NAME --data DIR</c>: writes a recipe to edit, sized by the data, and its schema beside it.
/// </summary>
internal static class RecipesNewCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The file to write, such as mine.json; there must be none of that name." };
        var from = new Option<string?>("--from")
        {
            Description = "Name or path of the recipe to begin with; by default the one that the data call for.",
        };
        var (data, set) = (new DataOption(), RecipeArguments.Set());
        var command = new Command(
            "new",
            "Writes a recipe to edit, with every default written out, and the schema by which an editor completes and checks it."
        )
        {
            file,
            from,
            data.Option,
            set,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                RequireNew(parsed.GetRequiredValue(file));
                var recipe = Make(parsed, parsed.GetValue(from), data, parsed.GetValue(set), cancellation);
                Write(parsed.GetRequiredValue(file), recipe);
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command;
    }

    private static Recipe Make(ParseResult parsed, string? from, DataOption data, string[]? set, CancellationToken cancellation)
    {
        var errors = new List<string>();
        List<KeyValuePair<string, JsonNode?>> settings = [.. data.Settings(parsed, errors), .. RecipeArguments.Parse(set, errors)];
        if (errors.Count > 0)
            throw new BadInputException(errors);
        var chosen = data.Find(parsed, from, settings, cancellation);
        if (chosen is not null)
            DataOption.Show(chosen, json: false);
        string name = chosen?.Name
            ?? from
            ?? throw new BadInputException(
                "neither --from nor --data is given; name a recipe to begin with ('alexnet recipes' lists them), or the directory of your "
                    + "pictures."
            );
        var recipe = DataPaths.Absolute(RecipeCatalog.Load(Recipe.Reader, name, [.. chosen?.Settings ?? [], .. settings]));
        DataArgument.RefuseIdle(recipe, settings);
        return recipe;
    }

    private static void RequireNew(string file)
    {
        if (Path.Exists(file))
            throw new BadInputException($"'{file}' exists already; give the name of a new file, or remove it first.");
    }

    private static void Write(string file, Recipe recipe)
    {
        string path = Path.GetFullPath(file);
        string schema = Path.Combine(Path.GetDirectoryName(path) ?? "", RecipeCatalog.SchemaFile);
        string text = RecipeCatalog.Schema;
        if (!Path.Exists(schema))
            OutputFile.WriteText(schema, text);
        else if (InputFile.ReadAllText(schema) != text)
            Console.Error.WriteLine($"Note: '{schema}' is another schema, and stays as it is; remove it to have this program's written.");
        var named = recipe with { Schema = $"./{RecipeCatalog.SchemaFile}", Name = Path.GetFileNameWithoutExtension(path) };
        OutputFile.WriteText(path, RecipeJson.Write(named) + "\n");
        Console.WriteLine($"'{file}' is written, and '{RecipeCatalog.SchemaFile}' lies beside it for your editor.");
        Console.WriteLine($"Train it: {RunHints.Program} train {RunHints.Quote(file)}");
        Console.WriteLine($"See its net: {RunHints.Program} model {RunHints.Quote(file)}");
    }
}
