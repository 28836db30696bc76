using AlexNet.Testing;
using Lockstep.Hosting;
using Lockstep.Hosting.Services;

namespace Cluster.Tests.Networks;

/// <summary>
/// A run whose processes are started by hand on the hosts of a virtual network: the coordinator on host 0, the workers <c>w0</c>, <c>w1</c>
/// and so on where told.
/// </summary>
internal sealed class HostedRun : IAsyncDisposable
{
    private const string Token = "secret";

    private readonly ProgramProcess _coordinator;
    private readonly List<ProgramProcess> _workers = [];

    private HostedRun(ProgramProcess coordinator) => _coordinator = coordinator;

    /// <summary>What the coordinator has logged so far.</summary>
    public string Log => _coordinator.Error;

    /// <summary>In the order of names.</summary>
    public IReadOnlyList<ProgramProcess> Workers => _workers;

    /// <param name="network">The hosts.</param>
    /// <param name="runDirectory">For the coordinator's files.</param>
    /// <param name="settings">The settings of the recipe quickstart, KEY=VALUE.</param>
    /// <param name="hostOfWorker">The host of each worker, in the order of names.</param>
    /// <param name="arguments">More of the coordinator's.</param>
    public static async Task<HostedRun> StartAsync(
        VirtualNetwork network,
        string runDirectory,
        IEnumerable<string> settings,
        IEnumerable<int> hostOfWorker,
        params IEnumerable<string> arguments
    )
    {
        var environment = new Dictionary<string, string?> { [Settings.VariableOf("token")] = Token };
        var run = new HostedRun(
            network.Start(
                0,
                ProgramProcess.Beside("AlexNet.Coordinator"),
                [
                    "--recipe",
                    "quickstart",
                    "--run-dir",
                    runDirectory,
                    "--listen",
                    $"{network.AddressOf(0)}:0",
                    "--set",
                    string.Join(';', settings),
                    .. arguments,
                ],
                environment
            )
        );
        try
        {
            string line = await run._coordinator.WaitForLineAsync(
                l => Announcement.Parse(l) is not null,
                "its addresses",
                SmallRun.Deadline
            );
            string address = Announcement.Parse(line)?.Grpc ?? throw new InvalidOperationException(line);
            foreach (int host in hostOfWorker)
            {
                run._workers.Add(
                    network.Start(
                        host,
                        ProgramProcess.Beside("AlexNet.Worker"),
                        [
                            "--coordinator",
                            address,
                            "--worker-id",
                            $"w{run._workers.Count}",
                            "--listen",
                            $"{network.AddressOf(host)}:0",
                            "--threads",
                            "1",
                        ],
                        environment
                    )
                );
            }

            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns once the coordinator's log holds a text.</summary>
    public Task LogsAsync(string text) => _coordinator.WaitForErrorAsync(text, SmallRun.Deadline);

    /// <summary>Waits for the end of all processes, requires success of each, and that none logged an error.</summary>
    /// <param name="deadline">For each.</param>
    /// <param name="except">A worker that is not asked.</param>
    public async Task FinishAsync(TimeSpan deadline, int? except = null)
    {
        foreach (var process in _workers.Where((_, number) => number != except).Append(_coordinator))
        {
            await process.SucceedAsync(deadline);
            Assert.DoesNotContain(" fail: ", process.Error, StringComparison.Ordinal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _workers.Append(_coordinator))
            await process.DisposeAsync();
    }
}
