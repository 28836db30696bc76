using AlexNet.Net.Layers;
using AlexNet.Net.Tests.Ladder;
using AlexNet.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Trainables;
using TorchSharp;

namespace AlexNet.Net.Tests.Layers;

public class DropoutTests
{
    private const long Seed = 3;

    private static readonly int[] Samples = [.. Enumerable.Range(0, 400).Select(i => 11 * i + 5)];

    [Theory]
    [InlineData("a", 0.1)]
    [InlineData("d", 0.3)]
    [InlineData("e", 0.75)]
    public void Apply_ManyOutputs_DropsTheShareAndKeepsTheMean(string name, double share)
    {
        using var scope = torch.NewDisposeScope();
        var layer = LayerOf("odd-net", name);

        float[] mask = Mask(layer, All(layer), step: 0).data<float>().ToArray();

        Assert.Equal([0f, (float)(1 / (1 - share))], mask.Distinct().Order());
        double error = Math.Sqrt(share * (1 - share) / mask.Length);
        Assert.InRange(mask.Count(m => m == 0) / (double)mask.Length, share - 5 * error, share + 5 * error);
    }

    [Theory]
    [InlineData("odd-net", "a", 3)]
    [InlineData("odd-net", "e", 3)] // 31 outputs: unequal parts
    [InlineData("quickstart", "fc6", 2)]
    [InlineData("imagenet-2012", "fc7", 2)]
    public void Masks_do_not_depend_on_placement(string fixture, string name, int shards)
    {
        using var scope = torch.NewDisposeScope();
        var layer = LayerOf(fixture, name);
        var topology = new RunTopology(1, shards);

        var parts = Enumerable.Range(0, shards).Select(s => Mask(layer, layer.OutputsOf(topology.TowersOf(s, layer.Towers)), step: 9));

        Assert.True(Mask(layer, All(layer), step: 9).Equals(torch.cat([.. parts], 1)));
    }

    [Fact]
    public void Apply_FormOf2012_MasksInTrainingAndScalesAtTest()
    {
        using var scope = torch.NewDisposeScope();
        var layer = LayerOf("imagenet-2012", "fc7");
        var dropout = new Dropout(layer, All(layer), DropoutScaling.AtTest, Seed);
        var input = Ones(layer, All(layer), Samples.Length);

        var training = dropout.Apply(input, new PassContext(true, 9, Samples));
        var test = dropout.Apply(input, new PassContext(false, 9, Samples));

        Assert.True((Mask(layer, All(layer), step: 9) / 2).Equals(training)); // kept at 1, where the inverted form keeps at 2
        Assert.True((input * 0.5).Equals(test));
    }

    [Fact]
    public void Masks_do_not_depend_on_the_place_in_the_batch()
    {
        using var scope = torch.NewDisposeScope();
        var layer = LayerOf("quickstart", "fc6");
        var whole = Mask(layer, All(layer), step: 2);

        var second = new Dropout(layer, All(layer), DropoutScaling.InTraining, Seed).Apply(
            Ones(layer, All(layer), 200),
            new PassContext(true, 2, Samples.AsMemory(200))
        );

        Assert.True(whole.narrow(0, 200, 200).Equals(second));
    }

    [Fact]
    public void Apply_AnotherStepSampleLayerOrSeed_GivesAnotherMask()
    {
        using var scope = torch.NewDisposeScope();
        var layers = new[] { LayerOf("quickstart", "fc6"), LayerOf("quickstart", "fc7") };
        var mask = Mask(layers[0], All(layers[0]), step: 0);

        Assert.False(mask.Equals(Mask(layers[0], All(layers[0]), step: 1)));
        Assert.False(mask.Equals(Mask(layers[1], All(layers[1]), step: 0)));
        Assert.False(mask.Equals(Mask(layers[0], All(layers[0]), step: 0, Seed + 1)));
        Assert.False(mask[0].Equals(mask[1]));
    }

    private static torch.Tensor Mask(LayerShape layer, Extent outputs, long step, long seed = Seed) =>
        new Dropout(layer, outputs, DropoutScaling.InTraining, seed).Apply(
            Ones(layer, outputs, Samples.Length),
            new PassContext(true, step, Samples)
        );

    /// <summary>samples x outputs x height x width, as a convolution leaves them; a fully connected layer has maps of one pixel.</summary>
    private static torch.Tensor Ones(LayerShape layer, Extent outputs, int samples) =>
        torch.ones(samples, outputs.Length, layer.Output.Height, layer.Output.Width);

    private static Extent All(LayerShape layer) => new(0, layer.Output.Channels);

    private static LayerShape LayerOf(string fixture, string name) =>
        NetShape.Of(ParityFixture.Of(fixture).ReadRecipe()).Layers.Single(l => l.Name == name);
}
