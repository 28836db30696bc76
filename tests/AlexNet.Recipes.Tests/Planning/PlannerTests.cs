using AlexNet.Recipes.Planning;

namespace AlexNet.Recipes.Tests.Planning;

public sealed class PlannerTests
{
    private const double Gigabit = 125e6;

    private static readonly Recipe Full = WithBatch(RecipeFiles.Read("imagenet-2012"), 256);

    public static TheoryData<string, int, int> Cases =>
        new()
        {
            { "imagenet-2012", 2, 2 },
            { "imagenet-2012", 8, 2 },
            { "imagenet-2012", 64, 8 },
            { "fashion-mnist-compact", 4, 1 },
            { "flowers", 6, 3 },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predict_MoreBandwidth_NeverMakesTheBestSlower(string recipe, int workers, int hosts)
    {
        double before = 0;
        for (double bandwidth = Gigabit / 100; bandwidth < 1e12; bandwidth *= 1.5)
        {
            double best = Best(recipe, workers, hosts, Gpu with { Network = new(bandwidth, 1e-4), Local = new(10 * bandwidth, 1e-5) });
            Assert.True(best >= before * (1 - 1e-12), $"{best} images/s at {bandwidth} bytes/s, {before} at less");
            before = best;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predict_LessLatencyOrMoreRate_NeverMakesTheBestSlower(string recipe, int workers, int hosts)
    {
        var slow = Gpu with { Network = new(Gigabit, 1e-2), Local = new(1e9, 1e-2), DeviceRate = 1e11 };
        double start = Best(recipe, workers, hosts, slow);
        Assert.True(Best(recipe, workers, hosts, slow with { Network = slow.Network with { LatencySeconds = 1e-3 } }) >= start);
        Assert.True(Best(recipe, workers, hosts, slow with { DeviceRate = 2e11 }) >= start);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predict_MemoryLimit_IsKept(string recipe, int workers, int hosts)
    {
        var free = Planner.Predict(RecipeFiles.Read(recipe), workers, hosts, Gpu);
        foreach (long limit in free.Select(p => p.Memory - 1).Append(1_000_000_000))
        {
            Assert.All(Planner.Predict(RecipeFiles.Read(recipe), workers, hosts, Gpu with { MemoryLimit = limit }), p =>
                Assert.InRange(p.Memory, 0, limit)
            );
        }

        Assert.Empty(Planner.Predict(RecipeFiles.Read(recipe), workers, hosts, Gpu with { MemoryLimit = 1 }));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predict_EveryLayout_UsesAllWorkersAndCanRun(string recipe, int workers, int hosts)
    {
        var found = Planner.Predict(RecipeFiles.Read(recipe), workers, hosts, Gpu);
        Assert.NotEmpty(found);
        Assert.All(found, p => Assert.Equal(workers, p.Topology.Workers));
        Assert.All(found, p => Assert.True(Recipe.Reader.IsValid(p.Recipe)));
        Assert.Equal(found.Select(p => p.ImagesPerSecond).OrderDescending(), found.Select(p => p.ImagesPerSecond));
    }

    [Fact]
    public void Predict_OneWorker_SendsNothingAndTakesWhatItsArithmeticTakes()
    {
        var alone = Assert.Single(Planner.Predict(Full, 1, 1, Gpu));
        Assert.Equal((0L, 0L, 0.0, 0.0), (alone.ExchangeBytes, alone.ReduceBytes, alone.Exchange, alone.Reduce));
        double flops = 2.0 * 256 * (3 * NetShape.Of(Full).MultiplyAdds - NetShape.Of(Full).Layers[0].MultiplyAdds);
        Assert.Equal(flops / Gpu.DeviceRate, alone.Compute, 1e-9);
    }

    /// <summary>Where workers share a processor, more of them compute no faster.</summary>
    [Fact]
    public void Predict_SharedProcessor_DividesIt()
    {
        var machine = Gpu with { SharesDevice = true };
        double alone = Planner.Predict(Full, 1, 1, machine)[0].Compute;
        Assert.All(Planner.Predict(Full, 2, 1, machine), p => Assert.InRange(p.Compute, alone * 0.99, alone * 1.5));
    }

    /// <summary>Over a slow network and little arithmetic factors pay; over a fast one they do not.</summary>
    [Theory]
    [InlineData(Gigabit, 3)]
    [InlineData(1e13, 0)]
    public void Predict_TwoReplicas_UseFactorsWhereTheyPay(double bandwidth, int layers)
    {
        var data = Planner.Predict(Full, 2, 2, Gpu with { Network = new(bandwidth, 1e-6) }).Single(p => p.Name == "2x1");
        Assert.Equal(layers, data.Factored.Count);
    }

    [Fact]
    public void Through_TwoMeasurements_IsTheLine()
    {
        var cost = LayerCost.Through("fc6", (4, 0.014, 0.02), (16, 0.026, 0.02));
        Assert.Equal(
            (0.01, 0.001, 0.02, 0),
            (Math.Round(cost.Fixed, 9), Math.Round(cost.PerSample, 9), cost.BackwardFixed, cost.BackwardPerSample)
        );
    }

    /// <summary>Noise may make few samples slower than many, or a line begin below zero; a prediction may be neither.</summary>
    [Theory]
    [InlineData(0.03, 0.02, 0.02, 0)]
    [InlineData(0.001, 0.016, 0, 0.001)]
    public void Through_NoisyMeasurements_IsNeverNegative(double few, double many, double start, double perSample)
    {
        var cost = LayerCost.Through("fc6", (4, few, few), (16, many, many));
        Assert.Equal((start, perSample), (cost.Fixed, cost.PerSample));
    }

    private static MachineModel Gpu =>
        new()
        {
            DeviceRate = 10e12,
            Local = new(12e9, 2e-5),
            Network = new(10 * Gigabit, 5e-5),
        };

    private static double Best(string recipe, int workers, int hosts, MachineModel machine) =>
        Planner.Predict(RecipeFiles.Read(recipe), workers, hosts, machine)[0].ImagesPerSecond;

    private static Recipe WithBatch(Recipe recipe, int batch) => recipe with { Training = recipe.Training with { Batch = batch } };
}
