using Lockstep.Core.Topology;

namespace AlexNet.Recipes.Tests;

public class NetShapeTests
{
    /// <summary>The counts of the paper's net, layer by layer.</summary>
    [Fact]
    public void Of_Imagenet2012_HasThePapersParametersAndWork()
    {
        var net = NetShape.Of(RecipeFiles.Read("imagenet-2012"));
        Assert.Equal(
            [
                34_848 + 96,
                307_200 + 256,
                884_736 + 384,
                663_552 + 384,
                442_368 + 256,
                37_748_736 + 4096,
                16_777_216 + 4096,
                4_096_000 + 1000,
            ],
            net.Layers.Select(l => l.Parameters)
        );
        Assert.Equal(60_965_224, net.Parameters);
        Assert.Equal(724_406_816, net.MultiplyAdds);
    }

    [Fact]
    public void Of_Imagenet2012_HasThePapersShapesAndExchanges()
    {
        var net = NetShape.Of(RecipeFiles.Read("imagenet-2012"));
        Assert.Equal(
            ["96x27x27", "256x13x13", "384x13x13", "384x13x13", "256x6x6", "4096x1x1", "4096x1x1", "1000x1x1"],
            net.Layers.Select(l => $"{l.Output}")
        );
        Assert.Equal(["conv3", "fc6", "fc7", "fc8"], net.Layers.Where(l => l.Exchanges).Select(l => l.Name));
        // floats per image that one tower sends to the other
        Assert.Equal([21_632, 4_608, 2_048, 2_048], net.Layers.Where(l => l.Exchanges).Select(l => l.Input.Elements / 2));
        Assert.Equal([new(0, 2), new(2, 3), new(5, 1), new(6, 1), new(7, 1)], net.Segments);
    }

    [Fact]
    public void Of_FashionMnistCompact_FlattensTo1024()
    {
        var net = NetShape.Of(RecipeFiles.Read("fashion-mnist-compact"));
        Assert.Equal(1024, net.Layers.Single(l => l.Name == "fc6").Input.Elements);
        Assert.All(net.Layers, l => Assert.Equal(1, l.Groups));
    }

    [Fact]
    public void OutputsOf_FiveClassesOverTwoTowers_AreUnequalAndContiguous()
    {
        var recipe = RecipeFiles.Read("quickstart");
        recipe = recipe with
        {
            Data = recipe.Data with { Classes = 5 },
            Net = recipe.Net with
            {
                Layers = [.. recipe.Net.Layers.SkipLast(1), (FullyConnectedRecipe)recipe.Net.Layers[^1] with { Outputs = 5 }],
            },
        };
        var last = NetShape.Of(recipe).Layers[^1];
        Assert.Equal(new Extent(0, 2), last.OutputsOf(new Extent(0, 1)));
        Assert.Equal(new Extent(2, 3), last.OutputsOf(new Extent(1, 1)));
        Assert.Equal(new Extent(0, 5), last.OutputsOf(new Extent(0, 2)));
    }
}
