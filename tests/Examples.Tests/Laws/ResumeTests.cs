using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Examples.Tests.Laws;

/// <summary>A run of an example that is stopped and goes on ends in the bits of one that was not stopped (law 4).</summary>
public sealed class ResumeTests(UndisturbedExamples undisturbed) : IClassFixture<UndisturbedExamples>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("spiral", 1)]
    [InlineData("mlp", 4)]
    [InlineData("lenet", 2)]
    [InlineData("resnet18", 1)]
    [InlineData("resnet18", 2)]
    [InlineData(ExampleRun.Synchronised, 4)]
    [InlineData("unet", 2)]
    [InlineData("transformer", 4)]
    [InlineData("gan", 1)]
    [InlineData("gan", 2)]
    [InlineData("ownloop", 2)]
    public Task Every_example_goes_on_where_it_was(string example, int replicas)
    {
        LongTests.Require();
        return StopAndGoOnAsync(example, replicas);
    }

    /// <summary>Without batch statistics the number of replicas changes no more than last bits (law 1).</summary>
    [Theory]
    [InlineData("mlp")]
    [InlineData("lenet")]
    [InlineData("unet")]
    [InlineData("transformer")]
    public async Task Replicas_change_no_more_than_roundings(string example)
    {
        LongTests.Require();
        var one = await undisturbed.OfAsync(example, 1);
        foreach (int replicas in (int[])[2, 4])
        {
            var many = await undisturbed.OfAsync(example, replicas);
            Assert.All(one.Losses.Zip(many.Losses), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-3));
        }
    }

    /// <summary>
    /// With batch statistics of all replicas, too, also in the last step of an epoch, which has 2 samples: two of four replicas take part
    /// without one. The rate is low because this net doubles a rounding at every step.
    /// </summary>
    [Fact]
    public async Task Batch_statistics_of_all_replicas_are_those_of_one()
    {
        LongTests.Require();
        var one = await FourStepsAsync(1);
        Assert.All(one.Zip(await FourStepsAsync(4)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-4));

        async Task<IReadOnlyList<double>> FourStepsAsync(int replicas)
        {
            string[] lowered = ["--steps", "4", "--batch", "666", "--set", "optimizer.rate=5e-5", "--threads", "1"];
            string[] arguments = [.. ExampleRun.Small[ExampleRun.Synchronised], .. lowered, "--replicas", $"{replicas}"];
            await using var run = AlexnetProcess.TrainProgram("resnet18", _folder[$"{replicas}"], [], arguments);
            await run.FinishAsync(ExampleRun.Deadline);
            var losses = Trained.Read(_folder[$"{replicas}"]).Losses;
            Assert.Equal(4, losses.Count);
            return losses;
        }
    }

    /// <summary>A replica whose weight is changed is found when its run is saved (law 7).</summary>
    [Fact]
    public async Task A_replica_that_has_drifted_is_found()
    {
        LongTests.Require();
        await using var run = ExampleRun.Start("resnet18", _folder["run"], 2, "drift@1.0:6:update");
        Assert.Equal(ExitCodes.Failed, await run.ExitCodeAsync(ExampleRun.Deadline));
        Assert.Contains("drifted", run.FailureMessage, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task StopAndGoOnAsync(string example, int replicas)
    {
        await ExampleRun.FinishAsync(example, _folder["run"], replicas, steps: 8);
        Assert.Equal(8, Trained.Read(_folder["run"]).Losses.Count);
        await ExampleRun.FinishAsync(example, _folder["run"], replicas, resumes: true);
        Trained.Read(_folder["run"]).AssertSameAs(await undisturbed.OfAsync(example, replicas));
    }
}
