using System.Text.Json;
using AlexNet.Recipes;
using AlexNet.Testing;
using Lockstep.Core.Recipes;
using TorchSharp;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>
/// The fixtures are of today's recipes and of the batch that the tests draw; without this the ladder would compare two strangers.
/// </summary>
public class ParityFixtureTests
{
    [Theory]
    [InlineData("odd-net", "tests/AlexNet.Net.Tests/Fixtures/odd-net.recipe.json")]
    [InlineData("quickstart", "recipes/quickstart.json")]
    [InlineData("fashion-mnist-compact", "recipes/fashion-mnist-compact.json")]
    [InlineData("imagenet-2012", "recipes/imagenet-2012.json")]
    public void Recipe_OfAFixture_IsStillTheOneInTheRepository(string name, string path)
    {
        string file = Checkout.Above(path) ?? throw new FileNotFoundException("the tests must run inside the repository.", path);
        var (today, then) = (Recipe.Reader.Read(File.ReadAllText(file), path), ParityFixture.Of(name).ReadRecipe());
        Assert.True(
            Computed(today) == Computed(then),
            $"'{path}' has changed since fixture '{name}' was made; run Fixtures/make_fixtures.py."
        );
    }

    [Fact]
    public void Labels_OfEveryFixture_AreDrawnAlike()
    {
        using var scope = torch.NewDisposeScope();
        foreach (var fixture in ParityFixture.Names.Select(ParityFixture.Of))
            Assert.Equal(fixture.Labels.Select(label => (long)label), ParityBatch.Labels(fixture, fixture.ReadRecipe().Data).data<long>());
    }

    /// <summary>What a fixture depends on; its rate may be its own.</summary>
    private static string Computed(Recipe recipe)
    {
        var data = recipe.Data;
        var optimizer = recipe.Optimizer with { Rate = 1 };
        object[] parts = [recipe.Net, optimizer, data.Classes, data.Channels, data.Height, data.Width, data.Mean, data.Std];
        return JsonSerializer.Serialize(parts, RecipeJson.Options);
    }
}
