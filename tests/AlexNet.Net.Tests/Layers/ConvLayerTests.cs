using System.Text.Json.Nodes;
using AlexNet.Net.Layers;
using AlexNet.Recipes;
using AlexNet.Testing;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Trainables;
using TorchSharp;

namespace AlexNet.Net.Tests.Layers;

public class ConvLayerTests
{
    [Fact]
    public void Forward_NormalisationAcrossAllTowers_SeesOverTheBorderAndNoFurther()
    {
        using var scope = torch.NewDisposeScope();
        var images = torch.randn(2, 3, 32, 32);

        float[] difference = (Forward("own", images) - Forward("all", images)).abs().amax([0, 2, 3]).data<float>().ToArray();

        int border = difference.Length / 2;
        for (int map = 0; map < difference.Length; map++)
            Assert.Equal(map >= border - 2 && map < border + 2, difference[map] > 0);
    }

    [Theory]
    [InlineData(40, 10)] // windows of two by two
    [InlineData(40, 8)] // windows that overlap
    [InlineData(12, 10)] // maps that are smaller than what is left of them
    public void Forward_AdaptivePooling_LeavesTheMeansOfItsSharesOfAMap(int side, int pooled)
    {
        using var scope = torch.NewDisposeScope();
        var images = torch.randn(2, 3, side, side);

        var maps = Forward("net.layers.conv1.adaptivePool", "null", images);
        var means = Forward("net.layers.conv1.adaptivePool", $$"""{"height":{{pooled}},"width":{{pooled}}}""", images);

        Assert.Equal([2, maps.shape[1], pooled, pooled], means.shape);
        for (int i = 0; i < pooled; i++)
        {
            var (row, left) = (Window(i), Window(pooled - 1 - i));
            var mean = maps[torch.TensorIndex.Ellipsis, row, left].mean([2, 3]);
            Assert.True(torch.allclose(mean, means[torch.TensorIndex.Ellipsis, i, pooled - 1 - i], atol: 1e-5));
        }

        torch.TensorIndex Window(int output)
        {
            long size = maps.shape[2];
            return torch.TensorIndex.Slice(output * size / pooled, ((output + 1) * size + pooled - 1) / pooled);
        }
    }

    private static torch.Tensor Forward(string across, torch.Tensor images) =>
        Forward("net.layers.conv1.lrn", $"{{ \"alpha\": 30, \"across\": \"{across}\" }}", images);

    private static torch.Tensor Forward(string key, string value, torch.Tensor images)
    {
        string file = Checkout.Above("recipes/quickstart.json")
            ?? throw new FileNotFoundException("recipes/quickstart.json is not above the tests.");
        var recipe = Recipe.Reader.Read(File.ReadAllText(file), file, [new(key, JsonNode.Parse(value)), new("layout.shards", 1)]);
        var shape = NetShape.Of(recipe).Layers[0];
        using var layer = new ConvLayer(
            shape,
            (ConvRecipe)shape.Recipe,
            new HeldPart(new Extent(0, recipe.Net.Towers), new Extent(0, shape.Output.Channels)),
            recipe,
            new Arithmetic(torch.CPU, torch.ScalarType.Float32)
        );
        return layer.Forward(images, new PassContext(Training: false, Step: 0, default));
    }
}
