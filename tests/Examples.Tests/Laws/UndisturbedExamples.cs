using System.Collections.Concurrent;
using AlexNet.Testing;

namespace Examples.Tests.Laws;

/// <summary>Runs that nothing happens to, each made once for all tests that compare with it.</summary>
public sealed class UndisturbedExamples : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<(string, int), Lazy<Task<object>>> _runs = [];

    internal async Task<Trained> OfAsync(string example, int replicas) =>
        (Trained)
            await _runs
                .GetOrAdd((example, replicas), key =>
                    new(async () => await ExampleRun.FinishAsync(example, _folder[$"{example}-{replicas}"], replicas))
                )
                .Value;

    public void Dispose() => _folder.Dispose();
}
