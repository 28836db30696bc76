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

    private static torch.Tensor Forward(string across, torch.Tensor images)
    {
        string file = Checkout.Above("recipes/quickstart.json")
            ?? throw new FileNotFoundException("recipes/quickstart.json is not above the tests.");
        var setting = KeyValuePair.Create("net.layers.conv1.lrn", JsonNode.Parse($"{{ \"alpha\": 30, \"across\": \"{across}\" }}"));
        var recipe = Recipe.Reader.Read(File.ReadAllText(file), file, [setting, new("layout.shards", 1)]);
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
