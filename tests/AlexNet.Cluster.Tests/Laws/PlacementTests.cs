using AlexNet.Core.Checkpoints;
using AlexNet.Testing;

namespace AlexNet.Cluster.Tests.Laws;

/// <summary>Law 1: placement changes nothing.</summary>
public sealed class PlacementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int, int> Layouts => new()
    {
        { "quickstart", 2, 16 },
        { "imagenet-2012", 2, 4 },
        { "fashion-mnist-compact", 2, 16 },
        { "fashion-mnist-compact", 8, 16 },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Initial_weights_are_equal_and_gradients_agree_in_every_layout(string recipe, int shards, int batch)
    {
        var (whole, cut) = (_folder["whole"], _folder["cut"]);
        string[] arguments = [recipe, "--data", "generated", "--batch", $"{batch}", "--steps", "2", "--dump-steps", "0"];
        var losses = await SmallRun.LossesAsync(whole, [.. arguments, "--shards", "1"]);
        var losses2 = await SmallRun.LossesAsync(cut, [.. arguments, "--shards", $"{shards}"]);

        Assert.All(losses.Zip(losses2), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        foreach (var (name, shape) in TensorComparison.Parameters(whole))
        {
            Assert.Equal(Dump(whole, CheckpointFiles.Weights, name, shape), Dump(cut, CheckpointFiles.Weights, name, shape));
            var gradient = Dump(whole, CheckpointFiles.Gradients, name, shape);
            Assert.Contains(gradient, g => g != 0);
            double difference = TensorComparison.RelativeDifference(gradient, Dump(cut, CheckpointFiles.Gradients, name, shape));
            Assert.True(difference < 1e-4, $"the gradient of {name} differs by {difference} (relative L2)");
        }
    }

    [Fact]
    public async Task Losses_agree_for_eight_steps()
    {
        string[] arguments = ["quickstart", "--batch", "32", "--steps", "8"];
        var whole = await SmallRun.LossesAsync(_folder["whole"], [.. arguments, "--shards", "1"]);
        var cut = await SmallRun.LossesAsync(_folder["cut"], [.. arguments, "--shards", "2"]);
        Assert.Equal(8, whole.Count);
        Assert.All(whole.Zip(cut), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    public void Dispose() => _folder.Dispose();

    private static float[] Dump(string run, string kind, string name, IReadOnlyList<long> shape) =>
        TensorComparison.Read(Path.Combine(run, "dumps", "step-00000000"), kind, name, shape);
}
