using System.Collections.Concurrent;
using AlexNet.Testing;

namespace Cluster.Tests.Recovery;

/// <summary>What <see cref="RecoveryRun"/> comes to where nothing happens to it, once for each layout.</summary>
public sealed class UndisturbedRuns : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<(int, int), Lazy<Task<TrainedState>>> _states = [];

    internal async Task AssertSameAsync(string runDirectory, int replicas, int shards) =>
        TrainedState.Read(runDirectory).AssertSameAs(await OfAsync(replicas, shards));

    internal Task<TrainedState> OfAsync(int replicas, int shards) =>
        _states.GetOrAdd((replicas, shards), _ => new(() => TrainAsync(replicas, shards))).Value;

    /// <summary>A copy of the finished run's directory.</summary>
    internal async Task CopyAsync(int replicas, int shards, string directory)
    {
        await OfAsync(replicas, shards);
        DirectoryCopy.Make(Directory(replicas, shards), directory);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<TrainedState> TrainAsync(int replicas, int shards)
    {
        await using var alexnet = RecoveryRun.Start(Directory(replicas, shards), replicas, shards);
        await alexnet.FinishAsync(SmallRun.Deadline);
        var state = TrainedState.Read(Directory(replicas, shards));
        Assert.Equal(RecoveryRun.Steps, state.Losses.Count);
        return state;
    }

    private string Directory(int replicas, int shards) => _folder[$"{replicas}x{shards}"];
}
