using AlexNet.Testing;

namespace Engine.Tests.Compose;

/// <summary>What the tests' run comes to without an engine, by <c>alexnet train</c> on this machine.</summary>
public sealed class Undisturbed : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<int, TrainedState> _known = [];

    /// <summary>
    /// Settings that make quickstart short, and still long enough to be stopped in its middle. Sums are never made of factors: by itself
    /// a run chooses them by what it measures, and so differently over gRPC and over shared memory.
    /// </summary>
    internal static readonly Dictionary<string, string?> Short = new()
    {
        ["ALEXNET_SET"] = "training.epochs=2;checkpoint.everySteps=40;layout.factors=never",
        ["ALEXNET_LINGER"] = "8",
    };

    /// <summary>The run in a directory is over, and has the bits of an undisturbed one, optimiser state included.</summary>
    internal async Task AssertSameAsync(string runDirectory, int replicas)
    {
        if (!_known.TryGetValue(replicas, out var expected))
        {
            string run = _folder[$"{replicas}"];
            await using var alexnet = AlexnetProcess.Train(
                run,
                ["quickstart", "--threads", "1", "--shards", "2", "--replicas", $"{replicas}", .. Settings]
            );
            await alexnet.FinishAsync(ComposeProject.Deadline);
            _known[replicas] = expected = TrainedState.Read(run);
        }

        TrainedState.Read(runDirectory).AssertSameAs(expected);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Settings => (Short["ALEXNET_SET"] ?? "").Split(';').SelectMany(s => new[] { "--set", s });
}
