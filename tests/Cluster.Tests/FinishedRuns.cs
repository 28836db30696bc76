using System.Collections.Concurrent;
using AlexNet.Testing;

namespace Cluster.Tests;

/// <summary>Short runs that tests read and do not change. Each is made once, however many tests compare something with it.</summary>
public sealed class FinishedRuns : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<FinishedRun>>> _runs = [];

    /// <summary>The run that <see cref="SmallRun.LossesAsync"/> makes of these arguments.</summary>
    internal Task<FinishedRun> OfAsync(params string[] arguments) =>
        _runs.GetOrAdd(string.Join(' ', arguments), _ => new(() => TrainAsync(arguments))).Value;

    public void Dispose() => _folder.Dispose();

    private async Task<FinishedRun> TrainAsync(string[] arguments)
    {
        string directory = _folder[$"{Guid.NewGuid():n}"];
        return new FinishedRun(directory, await SmallRun.LossesAsync(directory, arguments));
    }
}
