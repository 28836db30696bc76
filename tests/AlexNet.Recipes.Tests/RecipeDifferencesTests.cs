using System.Text.Json.Nodes;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Tests;

public class RecipeDifferencesTests
{
    [Fact]
    public void Between_TheSameRecipe_FindsNone() => Assert.Empty(RecipeDifferences.Between(Quickstart(), Quickstart()));

    [Theory]
    [InlineData("layout.shards", "1")]
    [InlineData("layout.replicas", "3")]
    [InlineData("checkpoint.everySteps", "7")]
    [InlineData("training.epochs", "9")]
    [InlineData("training.steps", "11")]
    [InlineData("training.stopAfter", "2")]
    [InlineData("training.microBatches", "2")]
    [InlineData("notes", "[\"mine\"]")]
    public void Between_PlacementSavingAndLength_MayDiffer(string key, string value) =>
        Assert.Empty(RecipeDifferences.Between(Quickstart(), Quickstart((key, value))));

    [Theory]
    [InlineData("optimizer.rate", "0.02", "optimizer.rate 0.001 and is to go on with 0.02")]
    [InlineData("seed", "5", "seed 0 and is to go on with 5")]
    [InlineData("training.batch", "32", "training.batch 64 and is to go on with 32")]
    [InlineData("data.generated.train", "400", "data.generated.train 10000 and is to go on with 400")]
    [InlineData("net.layers.fc6.dropout", "0.5", "net.layers[5].dropout 0.25 and is to go on with 0.5")]
    public void Between_WhatTheStepsDependOn_NamesTheKeyAndBothValues(string key, string value, string expected) =>
        Assert.Equal(expected, Assert.Single(RecipeDifferences.Between(Quickstart(), Quickstart((key, value)))));

    [Fact]
    public void Between_OtherLengthUnderACosine_IsADifference()
    {
        var cosine = ("schedule", "{ \"kind\": \"cosine\" }");
        Assert.Equal(
            "training.epochs 5 and is to go on with 9",
            Assert.Single(RecipeDifferences.Between(Quickstart(cosine), Quickstart(cosine, ("training.epochs", "9"))))
        );
        Assert.Empty(RecipeDifferences.Between(Quickstart(cosine), Quickstart(cosine, ("training.steps", "9"))));
    }

    [Fact]
    public void Between_SeveralDifferences_NamesAll() =>
        Assert.Equal(2, RecipeDifferences.Between(Quickstart(), Quickstart(("seed", "5"), ("training.batch", "32"))).Count);

    private static Recipe Quickstart(params (string Key, string Value)[] settings) =>
        Recipe.Reader.Read(
            RecipeFiles.Text("quickstart"),
            "quickstart",
            settings.Select(s => new KeyValuePair<string, JsonNode?>(s.Key, JsonNode.Parse(s.Value)))
        );
}
