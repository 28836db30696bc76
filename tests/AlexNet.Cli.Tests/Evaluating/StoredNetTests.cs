using System.Text.Json.Nodes;
using AlexNet.Cli.Evaluating;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;

namespace AlexNet.Cli.Tests.Evaluating;

/// <summary>A stored net is evaluated on the classes that it has learned, in their order, or not at all.</summary>
public sealed class StoredNetTests
{
    [Fact]
    public void RefuseOtherClasses_TheSameInAnotherOrder_IsRefusedAndNamed()
    {
        using var run = new StoredRun();
        run.Net.RefuseOtherClasses(StoredRun.Classes);
        string error = Assert.Throws<BadInputException>(() => run.Net.RefuseOtherClasses(["rose", "daisy", "tulip"])).Message;
        Assert.Contains("class 0 was 'daisy' and is now 'rose'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_DirectoryForANetOfDrawnPictures_IsRefused()
    {
        using var run = new StoredRun(new KeyValuePair<string, JsonNode?>("data.kind", "generated"));
        Assert.Contains(
            "draws its pictures",
            Assert.Throws<BadInputException>(() => StoredNet.Find(run.Path, "/photos")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Find_DrawnPictures_AreTheWordForThem()
    {
        using var run = new StoredRun();
        Assert.Equal(DataKind.Generated, StoredNet.Find(run.Path, "generated").Recipe.Data.Kind);
    }
}
