using AlexNet.Cli.Choosing;
using AlexNet.Cli.Views;
using AlexNet.Data.Finding;
using AlexNet.Data.Surveys;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Machines;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Tests.Choosing;

/// <summary>Which recipe, size and layout data call for that are given without one.</summary>
public class RecipeForDataTests
{
    private static readonly FoundData Photos = new(
        "/photos/My Flowers!",
        DataForm.Folders,
        ["daisy", "rose", "tulip"],
        [1200, 900, 800],
        [300, 200, 200]
    )
    {
        Widths = new(100, 320, 640),
        Heights = new(90, 240, 480),
        Folders = new() { Seed = 4, LeftOut = ["rose/broken.jpg"] },
    };

    public static TheoryData<string, DataForm, int, int> Rows =>
        new()
        {
            { "flowers-modern", DataForm.Folders, 2900, 240 },
            { "flowers-modern", DataForm.Folders, 500, 240 },
            { "cifar10-fast", DataForm.Folders, 2900, 32 },
            { "alexnet-2014", DataForm.Folders, 20_001, 240 },
            { "flowers-modern", DataForm.Packed, 2900, 0 },
            { "alexnet-2014", DataForm.Ilsvrc, 1_281_167, 0 },
            { "fashion-mnist-modern", DataForm.Idx, 60_000, 28 },
            { "cifar10-fast", DataForm.Cifar10, 50_000, 32 },
        };

    /// <summary>Whatever row it is, the recipe is valid for other classes than its own.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_DataOfAnyForm_IsARecipeThatFits(string expected, DataForm form, int pictures, int side)
    {
        var data = Photos with
        {
            Form = form,
            TrainPerClass = [pictures, 0, 0],
            Heights = new(side, side, side),
            Folders = form == DataForm.Folders ? Photos.Folders : null,
        };
        var chosen = RecipeForData.Of(data, named: null);
        var recipe = Load(chosen);

        Assert.Equal(expected, chosen.Name);
        Assert.Equal((3, 3), (recipe.Data.Classes, NetShape.Of(recipe).Classes));
        Assert.Equal("/photos/My Flowers!", recipe.Data.Path);
        Assert.Null(recipe.Published); // it was published of other data
    }

    [Fact]
    public void Of_Folders_WritesDownHowTheyAreDivided()
    {
        var recipe = Load(RecipeForData.Of(Photos, named: null));
        Assert.Equal("MyFlowers", recipe.Name);
        Assert.Equal((4, 0.2), (recipe.Data.Folders?.Seed, recipe.Data.Folders?.TestShare));
        Assert.Equal(["rose/broken.jpg"], recipe.Data.Folders?.LeftOut ?? []);
        Assert.Equal(32, recipe.Training.Batch);
    }

    [Fact]
    public void Of_FewPhotos_HasSmallBatches() =>
        Assert.Equal(16, Load(RecipeForData.Of(Photos with { TrainPerClass = [10, 10, 10] }, named: null)).Training.Batch);

    [Fact]
    public void Of_ANamedRecipe_IsSizedAndOtherwiseKept()
    {
        var chosen = RecipeForData.Of(Photos, "fashion-mnist-compact");
        var recipe = Load(chosen);
        Assert.Null(chosen.Reason);
        Assert.Equal(2, recipe.Net.Towers); // of eight that all layers see: the same net, with three outputs
        Assert.Equal((DataKind.Images, 3, 1), (recipe.Data.Kind, recipe.Data.Classes, recipe.Data.Channels));
    }

    [Theory]
    [InlineData(8, 64, 0, 2)]
    [InlineData(1, 64, 0, 1)]
    [InlineData(8, 1, 0, 1)] // memory for none, which is said later
    [InlineData(8, 1, 4, 4)]
    public void Workers_AreWhatTheMachineHasRoomFor(int cores, int gigabytes, int gpus, int expected)
    {
        var settings = WorkerChoice.Of(Load(RecipeForData.Of(Photos, null)), new MachineRoom(cores, gigabytes * 1_000_000_000L), gpus);
        Assert.Equal(expected, settings.Single(s => s.Key == "layout.replicas").Value?.GetValue<int>());
    }

    [Fact]
    public void Lines_SayWhatWasFoundAndLeftOut()
    {
        var data = Photos with
        {
            TestPerClass = [300, 200, 0],
            Broken = [new BrokenImage("rose/broken.jpg", "'rose/broken.jpg' is cut off")],
            Strays = ["loose.jpg"],
            Others = [.. Enumerable.Range(0, 7).Select(i => $"notes{i}.txt")],
        };
        string text = string.Join('\n', FoundLines.Head(data).Concat(FoundLines.LeftOut(data)));
        Assert.Contains("3 classes, 2,900 training pictures and 500 test pictures.", text, StringComparison.Ordinal);
        Assert.Contains("20% of all are kept for tests", text, StringComparison.Ordinal);
        Assert.Contains("1 picture is broken and left out:\n  'rose/broken.jpg' is cut off", text, StringComparison.Ordinal);
        Assert.Contains("1 picture lies in no folder of a class and is left out:\n  loose.jpg", text, StringComparison.Ordinal);
        Assert.Contains("7 files are no pictures of a format that is read, and are left out:", text, StringComparison.Ordinal);
        Assert.Contains("  and 2 more", text, StringComparison.Ordinal);
        Assert.Contains("Class 'tulip' has no test picture", text, StringComparison.Ordinal);
    }

    private static Recipe Load(RecipeForData chosen) => RecipeCatalog.Load(Recipe.Reader, chosen.Name, chosen.Settings);
}
