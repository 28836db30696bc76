using System.Text.Json.Nodes;
using AlexNet.Cli.Commands.Training;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Tests.Commands.Training;

/// <summary>What a run that goes on takes from its directory, and what a command line may change of it.</summary>
public sealed class RecipeChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];

    /// <summary>Begun as <c>quickstart --epochs 9 --shards 1 --set optimizer.rate=0.02</c> would be.</summary>
    public RecipeChoiceTests()
    {
        var begun = RecipeCatalog.Load(
            Recipe.Reader,
            "quickstart",
            [Setting("training.epochs", 9), Setting("layout.shards", 1), Setting("optimizer.rate", 0.02)]
        );
        File.WriteAllText(_folder[CheckpointFiles.Recipe], RecipeJson.Write(begun));
        File.WriteAllText(_folder[CheckpointFiles.Metrics], "");
    }

    private BegunRun Run => BegunRun.Open(Recipe.Reader, RunPlace.Of(_folder.Path, null));

    [Fact]
    public void GoOn_WithNothingGiven_KeepsRecipeLayoutAndLength()
    {
        var recipe = RecipeChoice.GoOn(null, Run, [], _notes);
        Assert.Equal((9, 1, 0.02), (recipe.Training.Epochs, recipe.Layout.Shards, recipe.Optimizer.Rate));
        Assert.Empty(_notes);
    }

    [Fact]
    public void GoOn_WithLayoutAndLength_ChangesThese()
    {
        var recipe = RecipeChoice.GoOn(null, Run, [Setting("training.epochs", 12), Setting("layout.shards", 2)], _notes);
        Assert.Equal((12, 2, 0.02), (recipe.Training.Epochs, recipe.Layout.Shards, recipe.Optimizer.Rate));
    }

    [Fact]
    public void GoOn_WithWhatTheStepsDependOn_IsRefused() =>
        Assert.Contains(
            "optimizer.rate 0.02 and is to go on with 0.05",
            Assert.Throws<BadInputException>(() => RecipeChoice.GoOn(null, Run, [Setting("optimizer.rate", 0.05)], _notes)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void GoOn_WithItsRecipeNamed_KeepsTheRunsLengthAndSaysSo()
    {
        var recipe = RecipeChoice.GoOn("quickstart", Run, [Setting("optimizer.rate", 0.02)], _notes);
        Assert.Equal((9, 1), (recipe.Training.Epochs, recipe.Layout.Shards));
        Assert.Equal("'quickstart' says training.epochs 5 and the run keeps 9; --epochs and --steps change that.", Assert.Single(_notes));
    }

    [Theory]
    [InlineData("quickstart", "optimizer.rate")]
    [InlineData("flowers", "name")]
    public void GoOn_WithAnotherRecipeNamed_IsRefusedAndSaysHowToKeepTheRuns(string named, string difference)
    {
        string error = Assert.Throws<BadInputException>(() => RecipeChoice.GoOn(named, Run, [], _notes)).Message;
        Assert.Contains($"was begun with {difference} ", error, StringComparison.Ordinal);
        Assert.Contains($"alexnet resume {_folder.Path}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void GoOn_WithItsRecipeNamed_TakesTheKindOfDataFromTheRun()
    {
        File.WriteAllText(
            _folder[CheckpointFiles.Recipe],
            RecipeJson.Write(RecipeCatalog.Load(Recipe.Reader, "imagenet-2012", [Setting("data.kind", "generated")]))
        );
        Assert.Equal(DataKind.Generated, RecipeChoice.GoOn("imagenet-2012", Run, [], _notes).Data.Kind);
    }

    [Fact]
    public void Open_NoRun_SaysHowARunIsNamed() =>
        Assert.Contains(
            "alexnet resume RUN",
            Assert.Throws<BadInputException>(() => BegunRun.Open(Recipe.Reader, RunPlace.Of(_folder["nothing"], null))).Message,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Dispose();

    private static KeyValuePair<string, JsonNode?> Setting(string key, JsonNode value) => new(key, value);
}
