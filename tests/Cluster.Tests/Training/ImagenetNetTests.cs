using AlexNet.Testing;
using Cluster.Tests.Laws;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Training;

/// <summary>Placement changes nothing: the full net of 2012 in one worker and in two.</summary>
public sealed class ImagenetNetTests(ITestOutputHelper log)
{
    private const int Steps = 20,
        ComparedLosses = 8; // two correct fp32 programs drift apart later
    private const double LossTolerance = 1e-3,
        GradientTolerance = 1e-4;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task The_net_of_2012_has_equal_losses_and_gradients_in_one_worker_and_in_two()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        var whole = await LossesAsync(folder["whole"], "--shards", "1", "--steps", $"{Steps}", "--dump-steps", "0,10");
        var halves = await LossesAsync(folder["halves"], "--shards", "2", "--steps", $"{Steps}");
        Assert.Equal(Steps, whole.Count);
        Assert.Equal(Steps, halves.Count);
        var differences = whole.Zip(halves, (a, b) => Math.Abs(a - b)).Take(ComparedLosses).ToList();
        log.WriteLine($"losses of steps 1 to {ComparedLosses} differ by at most {differences.Max():E1}");
        Assert.All(differences, difference => Assert.InRange(difference, 0, LossTolerance));

        await CompareGradientsAsync(folder, Weights(folder["whole"], 0), "0");
        await CompareGradientsAsync(folder, Weights(folder["whole"], 10), "10");
        await CompareGradientsAsync(folder, CheckpointFiles.Directory(folder["whole"], Steps), $"{Steps}");
    }

    /// <summary>One step from the same weights in both layouts.</summary>
    private async Task CompareGradientsAsync(TemporaryFolder folder, string weights, string at)
    {
        var (whole, halves) = (folder["one-" + at], folder["two-" + at]);
        await LossesAsync(whole, "--shards", "1", "--steps", "1", "--weights", weights, "--dump-steps", "0");
        await LossesAsync(halves, "--shards", "2", "--steps", "1", "--weights", weights, "--dump-steps", "0");
        var differences = TensorComparison
            .Parameters(whole)
            .ToDictionary(
                p => p.Name,
                p => TensorComparison.RelativeDifference(Gradient(whole, p.Name, p.Shape), Gradient(halves, p.Name, p.Shape))
            );
        var worst = differences.MaxBy(d => d.Value);
        log.WriteLine(
            $"weights of step {at}: gradients of {differences.Count} parameters differ by at most {worst.Value:E1} relative L2 "
                + $"({worst.Key})"
        );
        Assert.Equal(16, differences.Count);
        Assert.All(differences, d =>
            Assert.True(d.Value <= GradientTolerance, $"weights of step {at}: the gradient of {d.Key} differs by {d.Value:E2}")
        );
        Directory.Delete(whole, recursive: true); // half a gigabyte each
        Directory.Delete(halves, recursive: true);
    }

    private static float[] Gradient(string run, string name, IReadOnlyList<long> shape) =>
        TensorComparison.Read(Dump(run, 0), CheckpointFiles.Gradients, name, shape);

    /// <summary>The weights of one step, written by a whole net.</summary>
    private static string Weights(string run, long step) =>
        Path.Combine(Dump(run, step), CheckpointFiles.Shard(CheckpointFiles.Weights, 0, 1));

    private static string Dump(string run, long step) => Path.Combine(run, "dumps", $"step-{step:D8}");

    private static async Task<IReadOnlyList<double>> LossesAsync(string run, params string[] arguments)
    {
        await using var alexnet = AlexnetProcess.Train(run, ["imagenet-2012", "--data", "generated", "--batch", "32", .. arguments]);
        await alexnet.FinishAsync(Deadline);
        return alexnet.Losses;
    }
}
