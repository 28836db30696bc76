using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>A small run of two workers, watched by a real Prometheus with the rules of deploy/prometheus.</summary>
internal sealed class WatchedRun : IAsyncDisposable
{
    private const int Processes = 4; // the coordinator, two workers, and one that takes the place of a lost one

    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    // two steps an epoch: an evaluation comes soon, and there are epochs enough to train for minutes
    private static readonly string[] Arguments =
    [
        "quickstart",
        "--epochs",
        "100000",
        "--batch",
        "16",
        "--set",
        "data.generated.train=32",
        "--set",
        "data.generated.test=16",
        "--set",
        "checkpoint.everySteps=10",
    ];

    private readonly TemporaryFolder _folder;

    private WatchedRun(TemporaryFolder folder, int port) => (_folder, Port) = (folder, port);

    /// <summary>The coordinator's metrics port; those of the workers follow.</summary>
    public int Port { get; }

    public string RunDirectory => _folder["run"];

    public required AlexnetProcess Alexnet { get; init; }

    public required PrometheusServer Prometheus { get; init; }

    public static async Task<WatchedRun> StartAsync()
    {
        PrometheusServer.Require();
        int port = FreePorts.Consecutive(Processes);
        var folder = new TemporaryFolder();
        var prometheus = await PrometheusServer.StartAsync(
            folder["prometheus"],
            new() { ["coordinator"] = [port], ["worker"] = [.. Enumerable.Range(port + 1, Processes - 1)] },
            Checkout.PathOf("deploy/prometheus/rules.yml")
        );
        string[] arguments = [.. Arguments, "--metrics-port", $"{port}"];
        var alexnet = AlexnetProcess.Train(folder["run"], arguments);
        return new WatchedRun(folder, port) { Alexnet = alexnet, Prometheus = prometheus };
    }

    public async ValueTask DisposeAsync()
    {
        await Alexnet.DisposeAsync();
        await Prometheus.DisposeAsync();
        _folder.Dispose();
    }
}
