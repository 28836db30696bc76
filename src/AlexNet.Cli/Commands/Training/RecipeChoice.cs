using System.CommandLine;
using System.Text.Json.Nodes;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Commands.Training;

/// <summary>The recipe of a training: the one that the command line names, the standard one, or that of the run to go on with.</summary>
/// <param name="resumes">None can be named.</param>
internal sealed class RecipeChoice(bool resumes)
{
    private const string Standard = "quickstart";

    /// <summary>Names it.</summary>
    public Argument<string?> Argument { get; } =
        new("recipe")
        {
            Description =
                "Name or path of a recipe. By default the one that --data calls for, without --data quickstart; with --resume the run's "
                + "own.",
            Arity = ArgumentArity.ZeroOrOne,
        };

    /// <summary>The recipe that is named; null for none.</summary>
    public string? Named(ParseResult parsed) => resumes ? null : parsed.GetValue(Argument);

    /// <summary>Name or path of the recipe that the run has.</summary>
    public string Of(ParseResult parsed, BegunRun? run) =>
        run is null ? Named(parsed) ?? Standard : Path.Combine(run.Directory, CheckpointFiles.Recipe);

    /// <summary>The recipe that a run goes on with: its own, with settings over it.</summary>
    /// <param name="named">The one that the command line names, which must be the run's; null for none.</param>
    /// <param name="run">The run.</param>
    /// <param name="settings">The settings that replace values of the recipe.</param>
    /// <param name="notes">Receives what the named recipe says and does not change.</param>
    /// <exception cref="BadInputException">A setting may not change, or the named recipe is another; every difference.</exception>
    public static Recipe GoOn(
        string? named,
        BegunRun run,
        IReadOnlyList<KeyValuePair<string, JsonNode?>> settings,
        ICollection<string> notes
    )
    {
        var recipe = run.GoOn(Recipe.Reader, settings);
        if (named is null || Path.GetFullPath(named) == Path.Combine(run.Directory, CheckpointFiles.Recipe))
            return recipe;
        var other = RecipeCatalog.Load(Recipe.Reader, named, settings);
        if (!settings.Any(s => s.Key.StartsWith("data", StringComparison.Ordinal)))
            other = other with { Data = other.Data with { Kind = recipe.Data.Kind, Path = recipe.Data.Path } };
        run.Refuse(named, other, recipe, notes);
        return recipe;
    }
}
