using System.Text.Json;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Recovery;

/// <summary>
/// Law 4 where the rate of a step follows from the evaluations before it, and its layer-wise factors from all shards: whoever comes into
/// the run, from a survivor or from the disk, trains with the same rates.
/// </summary>
public sealed class ScheduleTests : IDisposable
{
    private const int Steps = 12,
        StepsPerEpoch = 3;

    /// <summary>No epoch is better by half of the test set: the rate drops after the second, and after every one that follows.</summary>
    private static readonly string[] Recipe =
    [
        "training.batch=16",
        "training.epochs=4",
        "data.generated.train=48",
        "data.generated.test=40",
        "checkpoint.everySteps=2",
        """schedule={"kind":"plateau","patience":1,"improvement":0.5,"warmUp":{"steps":2}}""",
        """optimizer={"kind":"sgd","rate":1,"lars":{"trust":0.01}}""",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_newcomer_goes_on_with_the_rates_of_those_it_joins()
    {
        LongTests.Require();
        await TrainAsync("undisturbed", 2, 1);
        Assert.Equal([0.5, 1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01], Rates("undisturbed").Select(rate => Math.Round(rate, 12)));

        await using var alexnet = AlexnetProcess.TrainWithFault(_folder["run"], "kill@1.0:7:vote", Arguments(2, 1));
        await alexnet.FinishAsync(SmallRun.Deadline);
        RecoveryRun.AssertFaultStruck(_folder["run"]);
        Assert.Equal(("live", 7L), alexnet.SecondGeneration());
        AssertSameRun();
    }

    [Fact]
    public async Task Everything_killed_after_a_drop_and_resumed_it_ends_in_the_same_bits()
    {
        LongTests.Require();
        await TrainAsync("undisturbed", 1, 2);
        await using (var alexnet = AlexnetProcess.Train(_folder["run"], Arguments(1, 2)))
        {
            await alexnet.StepAsync(2 * StepsPerEpoch + 2);
            foreach (int process in Processes.WithArgument(_folder["run"]))
                Processes.Signal(process, Processes.SigKill);
            await Processes.NoneWithArgumentAsync(_folder["run"], SmallRun.Deadline);
        }
        await TrainAsync("run", 1, 2, "--resume");
        AssertSameRun();
    }

    [Fact]
    public async Task A_run_that_no_longer_improves_ends_early_keeps_its_best_and_is_finished_when_resumed()
    {
        string[] early =
        [
            "--set",
            "training.stopAfter=1",
            "--set",
            "optimizer.rate=1e-30",
            "--set",
            "checkpoint.everySteps=null",
            "--set",
            "checkpoint.keep=1",
        ];
        var finished = await TrainAsync("run", 1, 2, early);
        Assert.Equal(2 * StepsPerEpoch, finished.GetProperty("steps").GetInt32());
        Assert.Matches(
            @"^accuracy has not been better than \d+\.\d\d% \(epoch 1\) for 1 epoch$",
            finished.GetProperty("ended_early").GetString()
        );
        // the last, and the best
        Assert.Equal([2L * StepsPerEpoch, StepsPerEpoch], new CheckpointStore(_folder["run"]).List().Select(c => c.Step));

        await using var alexnet = AlexnetProcess.Train(_folder["run"], [.. Arguments(1, 2), .. early, "--resume"]);
        var again = await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.Empty(alexnet.EventsOf("step"));
        Assert.Equal(finished.GetProperty("ended_early").GetString(), again.GetProperty("ended_early").GetString());
    }

    public void Dispose() => _folder.Dispose();

    private async Task<JsonElement> TrainAsync(string run, int replicas, int shards, params IEnumerable<string> arguments)
    {
        await using var alexnet = AlexnetProcess.Train(_folder[run], [.. Arguments(replicas, shards), .. arguments]);
        return await alexnet.FinishAsync(SmallRun.Deadline);
    }

    private void AssertSameRun()
    {
        Assert.Equal(Rates("undisturbed"), Rates("run"));
        var expected = TrainedState.Read(_folder["undisturbed"]);
        Assert.Equal(Steps, expected.Losses.Count);
        TrainedState.Read(_folder["run"]).AssertSameAs(expected);
    }

    private IReadOnlyList<double> Rates(string run) => [.. TrainedState.Values(_folder[run], "step", "rate").Select(step => step.Value)];

    private static IEnumerable<string> Arguments(int replicas, int shards) =>
        [
            "quickstart",
            "--threads",
            "1",
            "--replicas",
            $"{replicas}",
            "--shards",
            $"{shards}",
            .. Recipe.SelectMany(setting => new[] { "--set", setting }),
        ];
}
