using AlexNet.Testing;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Laws;

/// <summary>Law 1: placement changes nothing.</summary>
public sealed class PlacementTests(FinishedRuns finished) : IDisposable
{
    private const int MostWorkers = 4; // of a layout below

    private readonly TemporaryFolder _folder = new();

    /// <summary>Recipe, replicas, shards, global batch, micro-batches. 400 pictures: the last step of an epoch is short.</summary>
    public static TheoryData<string, int, int, int, int> Layouts =>
        new()
        {
            { "quickstart", 1, 2, 16, 1 },
            { "quickstart", 2, 1, 16, 1 },
            { "quickstart", 2, 2, 15, 1 }, // unequal parts
            { "quickstart", 4, 1, 3, 1 }, // a replica without a sample
            { "quickstart", 2, 1, 16, 3 },
            { "imagenet-2012", 1, 2, 4, 1 },
            { "fashion-mnist-compact", 1, 4, 16, 1 }, // a dense net in four shards
        };

    /// <summary>
    /// Under the paper's initialisation a few pooling windows hold two maxima equal to the last bit, and rounding picks the one that gets
    /// the gradient (docs/numerics.md, *Ties*): what two layouts then differ by is no fault of theirs. These weights have no ties.
    /// </summary>
    private static string[] WithoutTies =>
        [
            "--set",
            """net.init={"kind":"fan-in"}""",
            .. new[] { "conv2", "conv4", "conv5", "fc6", "fc7" }.SelectMany(layer => new[] { "--set", $"net.layers.{layer}.init=null" }),
        ];

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Initial_weights_are_equal_and_gradients_agree_in_every_layout(
        string recipe,
        int replicas,
        int shards,
        int batch,
        int microBatches
    )
    {
        if (recipe != "quickstart" || shards == 1)
            LongTests.Require(); // one of two shards and one of four workers are left
        string[] arguments = TwoSteps(recipe, batch);
        AssertAgree(
            await RunAsync([.. arguments, .. Layout(1, 1)]),
            await RunAsync([.. arguments, .. Layout(replicas, shards, microBatches), "--factors", "never"])
        );
    }

    /// <summary>Replicas, shards, global batch, micro-batches, precision.</summary>
    [Theory]
    [InlineData(2, 2, 15, 1, "fp32")] // unequal parts
    [InlineData(4, 1, 3, 1, "fp32")] // a replica without a sample
    [InlineData(2, 1, 16, 3, "fp32")]
    [InlineData(2, 1, 16, 1, "bf16")]
    public async Task Factors_give_the_gradients_that_sums_give(int replicas, int shards, int batch, int microBatches, string precision)
    {
        LongTests.Require();
        string[] arguments = [.. TwoSteps("quickstart", batch, precision), .. Layout(replicas, shards, microBatches)];
        var factors = await RunAsync([.. arguments, "--factors", "always"]);
        Assert.Contains(
            "reduced by sums and factors of fc6, fc7, fc8",
            File.ReadAllText(Path.Combine(factors.Directory, "logs", "coordinator.log")),
            StringComparison.Ordinal
        );
        // bf16 keeps 8 bits: sums round each replica's part, factors the whole
        AssertAgree(await RunAsync([.. arguments, "--factors", "never"]), factors, precision == "bf16" ? 1e-2 : 1e-4);
    }

    /// <summary>Recipe, workers, global batch, precision.</summary>
    [Theory]
    [InlineData("quickstart", 3, 16, "fp32")] // unequal parts, and no divisor of the towers
    [InlineData("quickstart", 2, 16, "bf16")]
    [InlineData("quickstart", 4, 3, "fp32")] // a worker without a sample
    [InlineData("imagenet-2012", 2, 4, "fp32")]
    public async Task A_hybrid_computes_what_one_worker_does(string recipe, int workers, int batch, string precision)
    {
        if (workers != 3)
            LongTests.Require();
        string[] arguments = TwoSteps(recipe, batch, precision);
        AssertAgree(
            await RunAsync([.. arguments, .. Layout(1, 1)]),
            await RunAsync([.. arguments, "--plan", "hybrid", "--shards", $"{workers}"]),
            precision == "bf16" ? 1e-2 : 1e-4
        );
    }

    /// <summary>Bits are lost on the way, and the run says so by its losses alone: about as much as bf16 rounds.</summary>
    [Fact]
    public async Task Gradients_that_travel_as_bf16_are_rounded_and_no_more()
    {
        LongTests.Require();
        string[] arguments = [.. TwoSteps("quickstart", 16), "--replicas", "2", "--factors", "never"];
        var (sums, rounded) = (await RunAsync(arguments), await RunAsync([.. arguments, "--gradients", "bf16"]));
        Assert.NotEqual(sums.Losses[1], rounded.Losses[1]);
        AssertAgree(sums, rounded, 5e-3);
    }

    /// <summary>A run that other tests look at too; one of a large net is this test's own, and is deleted after it.</summary>
    private async Task<FinishedRun> RunAsync(params string[] arguments)
    {
        if (arguments[0] == "quickstart")
            return await finished.OfAsync(arguments);
        string directory = _folder[$"{Guid.NewGuid():n}"];
        return new FinishedRun(directory, await SmallRun.LossesAsync(directory, arguments));
    }

    /// <summary>Arguments of a run of two steps that writes its first gradients.</summary>
    private static string[] TwoSteps(string recipe, int batch, string precision = "fp32") =>
        [
            recipe,
            "--data",
            "generated",
            .. Batch(batch),
            "--steps",
            "2",
            "--dump-steps",
            "0",
            "--precision",
            precision,
            .. recipe == "imagenet-2012" ? WithoutTies : [],
        ];

    private static string[] Layout(int replicas, int shards, int microBatches = 1) =>
        ["--replicas", $"{replicas}", "--shards", $"{shards}", "--micro-batches", $"{microBatches}"];

    /// <summary>
    /// A batch of which a whole net's part may be empty: fewer samples than workers are refused, and make the only, short step of an epoch.
    /// </summary>
    private static IEnumerable<string> Batch(int samples) =>
        samples >= MostWorkers ? ["--batch", $"{samples}"] : ["--batch", $"{MostWorkers}", "--set", $"data.generated.train={samples}"];

    private static void AssertAgree(FinishedRun whole, FinishedRun cut, double tolerance = 1e-4)
    {
        Assert.Equal(2, whole.Losses.Count);
        Assert.All(whole.Losses.Zip(cut.Losses), pair => Assert.Equal(pair.First, pair.Second, 10 * tolerance));
        foreach (var (name, shape) in TensorComparison.Parameters(whole.Directory))
        {
            Assert.Equal(Dump(whole, CheckpointFiles.Weights, name, shape), Dump(cut, CheckpointFiles.Weights, name, shape));
            float[] gradient = Dump(whole, CheckpointFiles.Gradients, name, shape);
            Assert.Contains(gradient, g => g != 0);
            double difference = TensorComparison.RelativeDifference(gradient, Dump(cut, CheckpointFiles.Gradients, name, shape));
            Assert.True(difference < tolerance, $"the gradient of {name} differs by {difference} (relative L2)");
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public async Task Losses_agree_for_eight_steps(int replicas, int shards)
    {
        LongTests.Require();
        string[] arguments = ["quickstart", "--batch", "32", "--steps", "8"];
        var whole = await SmallRun.LossesAsync(_folder["whole"], [.. arguments, "--shards", "1"]);
        var cut = await SmallRun.LossesAsync(_folder["cut"], [.. arguments, "--replicas", $"{replicas}", "--shards", $"{shards}"]);
        Assert.Equal(8, whole.Count);
        Assert.All(whole.Zip(cut), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    /// <summary>The norms that rates follow are those of whole layers, whoever holds their rows.</summary>
    [Fact]
    public async Task Losses_agree_with_layer_wise_rates()
    {
        LongTests.Require();
        string[] arguments =
        [
            "quickstart",
            "--batch",
            "32",
            "--steps",
            "8",
            "--set",
            """optimizer={"kind":"sgd","rate":2,"lars":{"trust":0.01}}""",
        ];
        var whole = await SmallRun.LossesAsync(_folder["whole"], [.. arguments, "--shards", "1"]);
        var cut = await SmallRun.LossesAsync(_folder["cut"], [.. arguments, "--shards", "2"]);
        Assert.True(whole[^1] < whole[0], $"{whole[^1]} after {whole[0]}");
        Assert.All(whole.Zip(cut), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    public void Dispose() => _folder.Dispose();

    private static float[] Dump(FinishedRun run, string kind, string name, IReadOnlyList<long> shape) =>
        TensorComparison.Read(Path.Combine(run.Directory, "dumps", "step-00000000"), kind, name, shape);
}
