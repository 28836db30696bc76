using AlexNet.Testing;

namespace Cluster.Tests.Slurm;

/// <summary>A cluster for the tests of a class, and what their run comes to where nothing happens to it.</summary>
public sealed class SlurmRuns : IAsyncDisposable
{
    internal const int Steps = 40;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    internal static readonly string[] Recipe =
    [
        "training.batch=16",
        $"training.steps={Steps}",
        "training.epochs=4",
        "data.generated.train=160",
        "data.generated.test=40",
        "checkpoint.everySteps=8",
    ];

    private SlurmCluster? _cluster;
    private TrainedState? _undisturbed;

    internal SlurmCluster Cluster => _cluster ?? throw new InvalidOperationException("the cluster was not started.");

    /// <summary>Starts the cluster once; skips the test that calls it where it cannot.</summary>
    internal async Task StartAsync()
    {
        LongTests.Require();
        SlurmCommand.Require();
        _cluster ??= await SlurmCluster.StartAsync();
    }

    /// <summary>The same run without Slurm, from start to end.</summary>
    internal async Task<TrainedState> UndisturbedAsync()
    {
        if (_undisturbed is not null)
            return _undisturbed;
        await using var alexnet = AlexnetProcess.Train(
            Cluster["undisturbed"],
            ["quickstart", "--threads", "1", "--shards", "2", .. Recipe.SelectMany(s => new[] { "--set", s })]
        );
        await alexnet.FinishAsync(Deadline);
        _undisturbed = TrainedState.Read(Cluster["undisturbed"]);
        Assert.Equal(Steps, _undisturbed.Losses.Count);
        return _undisturbed;
    }

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
