using System.Text.Json.Nodes;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Tests;

/// <summary>What a user asks for is done, refused or said to change nothing; it is never passed over.</summary>
public sealed class IdleSettingTests
{
    [Theory]
    [InlineData("quickstart", "data.path", "\"photos\"", "'alexnet train --data DIR'")]
    [InlineData("quickstart", "data.augmentation.horizontalFlip", "true", "'data.augmentation' is given")]
    [InlineData("quickstart", "data.resize", "{ \"kind\": \"whole\", \"height\": 50 }", "'data.resize' is given")]
    [InlineData("flowers", "data.generated.train", "20", "--data generated")]
    [InlineData("quickstart", "layout", "{ \"plan\": \"hybrid\", \"shards\": 1 }", "say how many workers there are", "layout.plan")]
    public void Find_SettingThatWouldMislead_IsNamedWithItsRemedy(
        string recipe,
        string key,
        string value,
        string remedy,
        string? given = null
    )
    {
        var idle = Assert.Single(Find(recipe, key, value, given));
        Assert.False(idle.IsHarmless);
        Assert.Contains(remedy, idle.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("layout.factors", "\"always\"")]
    [InlineData("layout.gradients", "\"bf16\"")]
    public void Find_ReductionOfOneReplica_IsHarmless(string key, string value) =>
        Assert.True(Assert.Single(Find("quickstart", key, value)).IsHarmless);

    [Theory]
    [InlineData("flowers", "data.path", "\"photos\"")]
    [InlineData("flowers", "data.augmentation.horizontalFlip", "true")]
    [InlineData("quickstart", "data.path", "null")]
    [InlineData("quickstart", "data.generated.train", "400")]
    [InlineData("quickstart", "layout.factors", "\"auto\"")]
    [InlineData("quickstart", "layout", "{ \"plan\": \"hybrid\", \"shards\": 2 }")]
    [InlineData("quickstart", "layout", "{ \"factors\": \"always\", \"gradients\": \"bf16\", \"replicas\": 2 }")]
    [InlineData("quickstart", "optimizer.rate", "0.02")]
    public void Find_SettingWithAnEffect_IsNotFound(string recipe, string key, string value) => Assert.Empty(Find(recipe, key, value));

    /// <summary>A recipe may say what it needs with other data; only what somebody asks for now is looked at.</summary>
    [Fact]
    public void Find_ValueOfTheRecipeItself_IsNotFound() =>
        Assert.Empty(
            Recipe.Reader.Read(RecipeFiles.Text("imagenet-2012"), "test", [new("data.kind", "generated")]).IdleSettings(["data.kind"])
        );

    private static IReadOnlyList<IdleSetting> Find(string recipe, string key, string value, string? given = null) =>
        [.. Recipe.Reader.Read(RecipeFiles.Text(recipe), recipe, [new(key, JsonNode.Parse(value))]).IdleSettings([given ?? key])];
}
