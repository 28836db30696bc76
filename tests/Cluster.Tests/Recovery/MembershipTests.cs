using System.Text.Json;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Recovery;

/// <summary>Workers that come and go without the command line, as on a cluster.</summary>
public sealed class MembershipTests(UndisturbedRuns undisturbed) : IDisposable
{
    private const double OtherLayout = 1e-3; // law 1: two correct programs in fp32, for the first steps

    private static readonly string[] TwoReplicas =
    [
        "layout.replicas=2",
        "layout.shards=1",
        "training.steps=100000",
        "training.epochs=10000",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task An_elastic_run_goes_on_with_fewer_replicas_and_the_same_global_batch_and_takes_more_in_when_they_come()
    {
        LongTests.Require();
        await using var services = await ServicesByHand.StartAsync(_folder["run"], TwoReplicas, "--elastic", "1");
        services.Worker("a");
        var lost = services.Worker("b");
        await services.LogsAsync("Epoch 1, ");
        lost.Kill();
        await services.LogsAsync("goes on with 1 of 2 replicas");
        long alone = await RecordedAsync(steps => steps > 0);
        await RecordedAsync(steps => steps > alone + 5);
        services.Worker("c");
        await services.LogsAsync("more workers have come");
        await services.LogsAsync("Worker c, process");
        long together = await RecordedAsync(steps => steps > 0);
        await RecordedAsync(steps => steps > together + 5);
        Processes.Signal(services.Coordinator.Id, Processes.SigTerm);
        Assert.Equal(ExitCodes.Interrupted, await services.Coordinator.ExitCodeAsync(SmallRun.Deadline));

        var steps = Steps();
        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(s => s.GetProperty("step").GetInt32()));
        Assert.All(steps, s => Assert.Equal(16, s.GetProperty("samples").GetInt32()));
        var expected = (await undisturbed.OfAsync(2, 1)).Losses;
        foreach (var (before, after) in expected.Zip(TrainedState.LossesOf(_folder["run"])))
            Assert.Equal(before.Loss, after.Loss, after.Step <= RecoveryRun.StepsPerEpoch ? 0 : OtherLayout);
    }

    [Fact]
    public async Task A_worker_that_comes_back_after_it_was_replaced_is_sent_away()
    {
        LongTests.Require();
        await using var services = await ServicesByHand.StartAsync(_folder["run"], TwoReplicas, "--deadline", "5");
        services.Worker("a");
        var late = services.Worker("b");
        await services.LogsAsync("Epoch 1, ");
        Processes.Signal(late.Id, Processes.SigStop);
        services.Worker("c");
        await services.LogsAsync("Worker c, process");
        await services.LogsAsync("is Settling");
        long before = await RecordedAsync(steps => steps > 0);
        await RecordedAsync(steps => steps > before + 5);
        Processes.Signal(late.Id, Processes.SigCont);
        Assert.Equal(ExitCodes.Failed, await late.ExitCodeAsync(SmallRun.Deadline));
        Assert.True(late.Error.Contains("was given up", StringComparison.Ordinal), late.Error);
        Processes.Signal(services.Coordinator.Id, Processes.SigTerm);
        Assert.Equal(ExitCodes.Interrupted, await services.Coordinator.ExitCodeAsync(SmallRun.Deadline));
        Assert.Equal((await undisturbed.OfAsync(2, 1)).Losses, TrainedState.LossesOf(_folder["run"]).Take(RecoveryRun.Steps));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Waits for a number of steps in the run's metrics that fits; returns it.</summary>
    private async Task<long> RecordedAsync(Func<long, bool> fits)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var patience = new CancellationTokenSource(SmallRun.Deadline);
        while (true)
        {
            if (Steps().Count is var steps && fits(steps))
                return steps;
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private List<JsonElement> Steps() =>
        [
            .. File.ReadAllText(Path.Combine(_folder["run"], CheckpointFiles.Metrics))
                .Split('\n')[..^1]
                .Select(line => JsonElement.Parse(line))
                .Where(e => e.GetProperty("event").GetString() == "step"),
        ];
}
