using AlexNet.Recipes;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests;

public sealed class RecipesCommandTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Every_recipe_is_listed_with_its_data_its_parameters_and_what_was_published()
    {
        await using var alexnet = AlexnetProcess.Start("recipes", "--output", "json");
        Assert.Equal(ExitCodes.Done, await alexnet.ExitCodeAsync(Deadline));
        string[] names = [.. alexnet.Events.Select(e => e.GetProperty("name").GetString() ?? "")];
        Assert.Equal(
            [
                "alexnet-2014",
                "cifar10",
                "cifar10-fast",
                "fashion-mnist",
                "fashion-mnist-compact",
                "fashion-mnist-modern",
                "flowers",
                "flowers-modern",
                "flowers-two-towers",
                "fruits",
                "fruits-modern",
                "imagenet-2012",
                "quickstart",
                "vgg-16",
            ],
            names
        );
        var compact = alexnet.Events.Single(e => e.GetProperty("name").GetString() == "fashion-mnist-compact");
        Assert.Equal(
            ("idx", 6_832_722, 128, 5, "90.75% test accuracy"),
            (
                compact.GetProperty("data").GetString(),
                compact.GetProperty("parameters").GetInt64(),
                compact.GetProperty("batch").GetInt32(),
                compact.GetProperty("epochs").GetInt32(),
                compact.GetProperty("published").GetString()
            )
        );
    }

    [Fact]
    public async Task A_recipe_is_shown_with_its_settings_and_can_be_read_again()
    {
        await using var alexnet = ProgramProcess.Start(
            ProgramProcess.Beside("alexnet"),
            ["recipes", "show", "cifar10", "--set", "net.layers.fc8.activation=none", "--set", "seed=7"]
        );
        await alexnet.SucceedAsync(Deadline);
        var recipe = Recipe.Reader.Read(string.Join('\n', alexnet.Output), "as shown");
        Assert.Equal((Activation.None, 7L, 10), (recipe.Net.Layers[^1].Activation, recipe.Seed, recipe.Training.Epochs));
    }

    [Theory]
    [InlineData("nothing", "recipe 'nothing' is unknown")]
    [InlineData("cifar10", "'training.batch' is 0; it must be 1 to 16777216", "--set", "training.batch=0")]
    [InlineData("cifar10", "--set is 'faster'; it must be KEY=VALUE", "--set", "faster")]
    public async Task What_cannot_be_shown_is_bad_input(string name, string expected, params string[] arguments)
    {
        await using var alexnet = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["recipes", "show", name, .. arguments]);
        Assert.Equal(ExitCodes.BadInput, await alexnet.ExitCodeAsync(Deadline));
        Assert.Contains(expected, alexnet.Error, StringComparison.Ordinal);
    }
}
