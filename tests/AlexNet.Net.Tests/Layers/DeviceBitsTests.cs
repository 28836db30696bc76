using AlexNet.Net.Layers;
using AlexNet.Net.Tests.Ladder;
using AlexNet.Recipes;
using Lockstep.Core.Randomness;
using Lockstep.Core.Topology;
using Lockstep.Torch.Trainables;
using TorchSharp;

namespace AlexNet.Net.Tests.Layers;

/// <summary>Random bits made out of tensor operations, as on a GPU, against those of <see cref="RandomStream"/>; run on the CPU.</summary>
public class DeviceBitsTests
{
    private static readonly int[] Samples = [0, 7, 1_281_166, int.MaxValue];

    [Theory]
    [InlineData(3, 0, 0, 8)]
    [InlineData(-1, 9, 5, 31)] // neither end on a block
    [InlineData(1L << 40, 4_000_000_000, 2, 1)]
    [InlineData(7, 1, 4096, 4096)]
    public void Of_SamplesAndARange_AreTheStreamsBits(long seed, long step, long first, int count)
    {
        using var scope = torch.NewDisposeScope();
        var stream = new RandomStream(seed, "dropout/fc6");

        var bits = new DeviceBits(stream).Of(step, Samples, first, count, torch.CPU);

        Assert.Equal([Samples.Length, count], bits.shape);
        var expected = Samples.SelectMany(sample => Enumerable.Range(0, count).Select(i => (long)stream.At(step, sample).Bits(first + i)));
        Assert.Equal(expected, bits.contiguous().data<long>().ToArray());
    }

    [Theory]
    [InlineData("quickstart", "fc6", 0, 2)]
    [InlineData("quickstart", "fc7", 1, 2)]
    public void DeviceMask_AnyShard_IsTheMaskOfTheCpu(string fixture, string name, int shard, int shards)
    {
        using var scope = torch.NewDisposeScope();
        var layer = NetShape.Of(ParityFixture.Of(fixture).ReadRecipe()).Layers.Single(l => l.Name == name);
        var outputs = layer.OutputsOf(new RunTopology(1, shards).TowersOf(shard, layer.Towers));
        var dropout = new Dropout(layer, outputs, DropoutScaling.InTraining, seed: 3);
        var ones = torch.ones(Samples.Length, outputs.Length);
        var context = new PassContext(Training: true, 12, Samples);

        Assert.True(dropout.Apply(ones, context).Equals(dropout.DeviceMask(ones, context)));
    }
}
