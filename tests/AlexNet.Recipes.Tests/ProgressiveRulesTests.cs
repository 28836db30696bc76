using System.Text.Json.Nodes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;

namespace AlexNet.Recipes.Tests;

/// <summary>Stages of progressive resizing, and the adaptive pooling that they need.</summary>
public class ProgressiveRulesTests
{
    private const string Pooled = """{"height":2,"width":2}"""; // the last convolution of quickstart leaves 4x4

    [Theory]
    [InlineData(0, null)] // an evaluation
    [InlineData(1, 24)]
    [InlineData(2, 24)]
    [InlineData(3, 32)]
    [InlineData(4, null)]
    public void Of_AnEpoch_IsItsStage(int epoch, int? side)
    {
        var recipe = Read("""[{"until":0.4,"height":24,"width":24},{"until":0.6,"height":32,"width":32}]""", Pooled);
        Assert.Equal(side, SizeStage.Of(recipe.Data, epoch, 5)?.Height);
        Assert.Equal(side, SizeStage.Of(recipe.Data, epoch, 5)?.Width);
    }

    /// <summary>As binary numbers, 0.14 times 50 are a little more than 7.</summary>
    [Theory]
    [InlineData(7, 24)]
    [InlineData(8, null)]
    public void Of_AShareThatIsAWholeNumberOfEpochs_EndsBehindThese(int epoch, int? side) =>
        Assert.Equal(side, SizeStage.Of(Read("""[{"until":0.14,"height":24,"width":24}]""", Pooled).Data, epoch, 50)?.Height);

    [Fact]
    public void NetShape_OfAnAdaptivePooling_HasItsOutput()
    {
        var layer = NetShape.Of(Read("[]", Pooled)).Layers[4];
        Assert.Equal(("64x4x4", "64x2x2"), ($"{layer.Pooled}", $"{layer.Output}"));
    }

    [Theory]
    [InlineData(
        """[{"until":0.4,"height":24,"width":24}]""",
        null,
        "'data.progressive[0]' has pictures of 24x24, from which layer 'fc6' sees 64x2x2, and 64x4x4 from whole ones"
    )]
    [InlineData("""[{"until":0.4,"height":48,"width":24}]""", Pooled, "'data.progressive[0].height' is 48; it must be at most")]
    [InlineData("""[{"until":0.4,"height":24,"width":41}]""", Pooled, "'data.progressive[0].width' is 41; it must be at most")]
    [InlineData(
        """[{"until":0.4,"height":24,"width":24},{"until":0.4,"height":32,"width":32}]""",
        Pooled,
        "'data.progressive[1].until' is 0.4; it must be more than that of the stage before (0.4)"
    )]
    [InlineData(
        """[{"until":0.4,"height":3,"width":3}]""",
        Pooled,
        "'data.progressive[0]' has pictures of 3x3: layer 'conv2' has a pooling"
    )]
    [InlineData("""[{"until":0,"height":24,"width":24}]""", Pooled, "'data.progressive[0].until' is 0; it must be above 0")]
    public void Read_StagesThatDoNotFit_IsRefused(string stages, string? pooling, string message)
    {
        var error = Assert.Throws<BadInputException>(() => Read(stages, pooling));
        Assert.Contains(error.Errors, e => e.Contains(message, StringComparison.Ordinal));
    }

    private static Recipe Read(string stages, string? pooling)
    {
        var settings = new List<KeyValuePair<string, JsonNode?>> { new("data.progressive", JsonNode.Parse(stages)) };
        if (pooling is not null)
            settings.Add(new("net.layers.conv5.adaptivePool", JsonNode.Parse(pooling)));
        return Recipe.Reader.Read(RecipeFiles.Text("quickstart"), "quickstart", settings);
    }
}
