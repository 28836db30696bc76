using Lockstep.Core.Recipes;
using Lockstep.Core.Reductions;
using Lockstep.Core.Topology;

namespace AlexNet.Recipes.Tests;

public sealed class FactorsOfTheNetTests
{
    private const int BatchOfAReplica = 128;
    private static readonly WorkerSpeed OneGigabit = new(125e6, 100e9);

    /// <summary>What a worker sends for gradients against what it sends where all of them are summed.</summary>
    [Theory]
    [InlineData(2, 1, 10)]
    [InlineData(2, 2, 7.5)]
    [InlineData(4, 1, 6.5)]
    public void ForcedFactors_OfTheNetOf2012_SendASmallPartOfTheBytes(int replicas, int shards, double least)
    {
        var (recipe, topology) = Full(replicas, shards);
        var net = NetShape.Of(recipe);
        var factored = recipe.FactoredGroups(topology).Select(l => GroupReduction.Of(l, recipe, replicas)).ToList();
        double sums = 2.0 * (replicas - 1) / replicas * net.Layers.Sum(l => ParametersHeld(l, topology)) * sizeof(float);
        double factors = sums - factored.Sum(r => r.SumBytes) + factored.Sum(r => r.FactorBytes);
        Assert.InRange(sums / factors, least, 1.1 * least);
    }

    [Fact]
    public void ByCost_OverOneGigabit_TakesAllLayers() => Assert.Equal(["fc6", "fc7", "fc8"], ByCost(OneGigabit).Layers);

    [Fact]
    public void ByCost_WhereBytesCostNothing_TakesNone() => Assert.Empty(ByCost(new(1e12, 100e9)).Layers);

    [Fact]
    public void ByCost_WhereProductsCostNothing_TakesAllThatAreSmaller() =>
        Assert.Equal(["fc6", "fc7", "fc8"], ByCost(new(1e12, 1e18)).Layers);

    /// <summary>Both costs of a layer grow alike with bandwidth and rate, so their ratio alone decides.</summary>
    [Fact]
    public void ByCost_ChangesOnlyWithTheRatioOfRateToBandwidth()
    {
        for (double ratio = 1; ratio < 1e5; ratio *= 1.3)
            Assert.Equal(ByCost(new(1e9, ratio * 1e9)).Layers, ByCost(new(7e9, ratio * 7e9)).Layers);
    }

    [Fact]
    public void ByCost_WithMoreBandwidth_NeverTakesMoreLayers()
    {
        int before = int.MaxValue;
        for (double bandwidth = 1e6; bandwidth < 1e12; bandwidth *= 1.2)
        {
            int now = ByCost(new(bandwidth, 100e9)).Layers.Count;
            Assert.True(now <= before, $"{now} layers at {bandwidth} bytes/s, {before} at less");
            before = now;
        }
        Assert.Equal(0, before);
    }

    [Theory]
    [InlineData(FactorUse.Always, 2, 3)]
    [InlineData(FactorUse.Never, 2, 0)]
    [InlineData(FactorUse.Always, 1, 0)]
    [InlineData(FactorUse.Auto, 1, 0)]
    public void WithoutMeasuring_ForcedOrAlone_IsKnown(FactorUse use, int replicas, int layers)
    {
        var (recipe, topology) = Full(replicas, 1);
        var choice = FactorRule.WithoutMeasuring(recipe with { Layout = recipe.Layout with { Factors = use } }, topology);
        Assert.Equal(layers, choice?.Layers.Count);
    }

    [Fact]
    public void WithoutMeasuring_SamplesMoreThanOutputs_TakesNone()
    {
        var (recipe, topology) = Full(2, 1);
        Assert.Null(FactorRule.WithoutMeasuring(recipe, topology));
        var choice = FactorRule.WithoutMeasuring(recipe with { Training = recipe.Training with { Batch = 16384 } }, topology);
        Assert.Empty(choice?.Layers ?? ["not chosen"]);
    }

    [Fact]
    public void Candidates_FirstLayer_IsNone()
    {
        var recipe = RecipeFiles.Read("quickstart");
        var net = recipe.Net with { Layers = [.. recipe.Net.Layers.Where(l => l is FullyConnectedRecipe)] };
        Assert.Equal(["fc7", "fc8"], NetShape.Of(recipe with { Net = net }).Factored.Select(l => l.Name));
    }

    private static FactorChoice ByCost(WorkerSpeed speed)
    {
        var (recipe, topology) = Full(2, 1);
        return FactorRule.ByCost(recipe, topology, speed);
    }

    private static (Recipe Recipe, RunTopology Topology) Full(int replicas, int shards)
    {
        var recipe = RecipeFiles.Read("imagenet-2012");
        return (recipe with { Training = recipe.Training with { Batch = BatchOfAReplica * replicas } }, new(replicas, shards));
    }

    private static long ParametersHeld(LayerShape layer, RunTopology topology) =>
        layer.Parameters / layer.Output.Channels * layer.OutputsOf(topology.TowersOf(0, layer.Towers)).Length;
}
