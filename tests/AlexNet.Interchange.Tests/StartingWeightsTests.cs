using System.Runtime.InteropServices;
using AlexNet.Net.Layers;
using AlexNet.Net.Tests.Checkpoints;
using AlexNet.Recipes;
using AlexNet.Testing;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;

namespace AlexNet.Interchange.Tests;

/// <summary>What a net can begin with, and what it says of everything else. Fixtures/make_fixtures.py made the files of PyTorch.</summary>
public sealed class StartingWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("odd.pth")]
    [InlineData("odd-wrapped.pth")]
    public void Write_StateDictOfPyTorch_HoldsItsNumbers(string file)
    {
        var net = NetShape.Of(Recipes.Of("odd"));
        using var written = Written("odd", Fixture(file));
        foreach (var layer in net.Layers)
        {
            AssertNumbers(written, $"{layer.Name}.weight", layer.WeightShape);
            AssertNumbers(written, $"{layer.Name}.bias", [layer.Output.Channels]);
        }

        Assert.Equal(2 * net.Layers.Count, written.Shapes.Count);
    }

    [Theory]
    [InlineData("odd-before-1.6.pth", "before version 1.6; save it again with torch.save(torch.load(")]
    [InlineData("odd-half.pth", "is kept as HalfStorage; FloatStorage, which is fp32, is required")]
    [InlineData("odd-strided.pth", "tensor 'fc3.weight' is a view with strides 1x9")]
    [InlineData("odd-module.pth", "no state_dict of PyTorch")]
    [InlineData("make_fixtures.py", "it is damaged or of another format")]
    public void Write_OtherFiles_AreRefusedWithARemedy(string file, string expected) =>
        Assert.Contains(expected, Assert.Throws<BadInputException>(() => Written("odd", Fixture(file))).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_DamagedFiles_AreRefused()
    {
        byte[] whole = File.ReadAllBytes(Fixture("odd.pth"));
        for (int i = 0; i < whole.Length; i += 97)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x5a;
            File.WriteAllBytes(_folder["damaged.pth"], damaged);
            try
            {
                Written("odd", _folder["damaged.pth"]).Dispose(); // padding, or a number: .NET compares no checksum of a zip archive
            }
            catch (BadInputException e)
            {
                Assert.Contains("damaged.pth", e.Message, StringComparison.Ordinal);
            }
        }

        File.WriteAllBytes(_folder["short.pth"], whole[..(whole.Length / 2)]);
        Assert.Throws<BadInputException>(() => Written("odd", _folder["short.pth"]));
    }

    [Fact]
    public async Task Write_Checkpoint_IsItsExport()
    {
        string checkpoint = await SavedNet.SaveAsync(Recipes.Of("odd"), 1, _folder["run"]);
        string exported = CheckpointExport.Write(checkpoint, _folder["exported"], optimizer: false).Path;
        Written("odd", checkpoint).Dispose();
        Assert.Equal(File.ReadAllBytes(exported), File.ReadAllBytes(_folder["start"]));
    }

    [Fact]
    public void Open_OtherNumberOfClasses_NamesBothWaysOut()
    {
        var five = Recipes.Of("odd", ("data.classes", 5), ("net.layers.fc4.outputs", 5));
        string[] errors = [.. Assert.Throws<BadInputException>(() => StartingWeights.Open(five, Fixture("odd.pth"), null)).Errors];
        Assert.Equal(2, errors.Length);
        Assert.All(errors, error =>
        {
            Assert.Contains("Add --fresh-last-layer to begin 'fc4' with random numbers", error, StringComparison.Ordinal);
            Assert.Contains("--set data.classes=3 --set net.layers.fc4.outputs=3", error, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Write_FreshLastLayer_HasTheRandomNumbersOfTheRecipeAndNothingElseChanges()
    {
        var five = Recipes.Of("odd", ("data.classes", 5), ("net.layers.fc4.outputs", 5));
        var last = NetShape.Of(five).Layers[^1];
        using (var weights = StartingWeights.Open(five, Fixture("odd.pth"), layer => Initializer.ValuesOf(five, layer)))
            weights.Write(_folder["start"]);
        using var written = ShardedTensors.Open(_folder["start"]);
        var (weight, bias) = Initializer.ValuesOf(five, last);
        Assert.Equal(weight, Read(written, "fc4.weight", [5, 9]));
        Assert.Equal(bias, Read(written, "fc4.bias", [5]));
        Assert.True(weight.Distinct().Count() > 40);
        AssertNumbers(written, "fc3.weight", NetShape.Of(five).Layers[^2].WeightShape);
    }

    [Fact]
    public void Open_AnotherNet_NamesEveryTensor()
    {
        string[] errors =
        [
            .. Assert.Throws<BadInputException>(() => StartingWeights.Open(Recipes.Of("quickstart"), Fixture("odd.pth"), null)).Errors,
        ];
        Assert.Contains(errors, e =>
            e.Contains(
                "tensor 'conv1.weight' is 12x1x5x5; the net of 'quickstart' requires 32x3x5x5. Use the recipe",
                StringComparison.Ordinal
            )
        );
        Assert.Contains(errors, e => e.Contains("tensor 'conv3.weight' is not in it, which holds conv1.bias, ", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private ShardedTensors Written(string recipe, string path)
    {
        using (var weights = StartingWeights.Open(Recipes.Of(recipe), path, null))
            weights.Write(_folder["start"]);
        return ShardedTensors.Open(_folder["start"]);
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    /// <summary>The numbers that make_fixtures.py gives to a tensor.</summary>
    private static void AssertNumbers(ShardedTensors tensors, string name, IReadOnlyList<long> shape)
    {
        float[] expected =
        [
            .. Enumerable.Range(0, (int)shape.Aggregate(1L, (p, s) => p * s)).Select(i => (i % 17 - 8) / 64f + name.Length),
        ];
        Assert.Equal(expected, Read(tensors, name, shape));
    }

    private static float[] Read(ShardedTensors tensors, string name, IReadOnlyList<long> shape)
    {
        float[] values = new float[shape.Aggregate(1L, (p, s) => p * s)];
        tensors.Read(name, shape, new Extent(0, (int)shape[0]), MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
        return values;
    }
}
