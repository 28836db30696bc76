using System.CommandLine;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Commands.DataSets;

/// <summary>How these commands are told which data set, and what becomes of its pictures.</summary>
internal sealed class DataArguments
{
    private readonly Argument<string> _recipe = new("recipe")
    {
        Description = "Name or path of a recipe, which describes the data set and what the net sees of it.",
    };
    private readonly Option<string?> _data = new("--data") { Description = "Directory of the data set; by default the recipe's." };
    private readonly Option<string[]> _set = RecipeArguments.Set();
    private readonly Option<string> _output = new Option<string>("--output")
    {
        Description = "text, or json: one object a line.",
        DefaultValueFactory = _ => "text",
    }.AcceptOnlyFromAmong("text", "json");

    public void AddTo(Command command)
    {
        command.Add(_recipe);
        command.Add(_data);
        command.Add(_set);
        command.Add(_output);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_output) == "json";

    /// <exception cref="BadInputException">The recipe or a setting is wrong.</exception>
    public Recipe Recipe(ParseResult parsed)
    {
        var errors = new List<string>();
        var settings = RecipeArguments.Parse(parsed.GetValue(_set), errors);
        settings.AddRange(DataArgument.Settings(parsed.GetValue(_data), errors));
        if (errors.Count > 0)
            throw new BadInputException(errors);
        var recipe = RecipeCatalog.Load(AlexNet.Recipes.Recipe.Reader, parsed.GetRequiredValue(_recipe), settings);
        DataArgument.RefuseIdle(recipe, settings);
        return recipe;
    }
}
