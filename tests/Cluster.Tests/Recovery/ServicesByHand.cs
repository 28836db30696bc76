using AlexNet.Testing;
using Grpc.Core;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Hosting.Services;
using Lockstep.Protocol.V1;

namespace Cluster.Tests.Recovery;

/// <summary>A coordinator and workers that nobody supervises: what is lost is replaced only by the test.</summary>
internal sealed class ServicesByHand : IAsyncDisposable
{
    private const string Token = "secret",
        OperatorToken = "another-secret";

    private readonly string _runDirectory,
        _address,
        _page;
    private readonly List<ProgramProcess> _workers = [];

    private ServicesByHand(string runDirectory, ProgramProcess coordinator, Announcement at) =>
        (_runDirectory, Coordinator, _address, _page) = (runDirectory, coordinator, at.Grpc, at.Http);

    public ProgramProcess Coordinator { get; }

    /// <summary>Starts the coordinator of <see cref="RecoveryRun"/>'s recipe, with settings laid over it.</summary>
    public static async Task<ServicesByHand> StartAsync(
        string runDirectory,
        IEnumerable<string> recipe,
        params IEnumerable<string> arguments
    )
    {
        var environment = new Dictionary<string, string?>
        {
            [Settings.VariableOf("recipe")] = "quickstart",
            [Settings.VariableOf("token")] = Token,
            [Settings.VariableOf("operator-token")] = OperatorToken,
            [Settings.VariableOf("run-dir")] = runDirectory,
            [Settings.VariableOf("set")] = string.Join(';', RecoveryRun.Recipe.Concat(recipe)),
        };
        var coordinator = ProgramProcess.Start(ProgramProcess.Beside("AlexNet.Coordinator"), arguments, environment);
        try
        {
            string line = await coordinator.WaitForLineAsync(l => Announcement.Parse(l) is not null, "its addresses", SmallRun.Deadline);
            return new(runDirectory, coordinator, Announcement.Parse(line) ?? throw new InvalidOperationException(line));
        }
        catch
        {
            await coordinator.DisposeAsync();
            throw;
        }
    }

    public ProgramProcess Worker(string id, params IEnumerable<string> arguments) =>
        Worker([], ["--coordinator", _address, "--worker-id", id, "--threads", "1", "--run-dir", _runDirectory, .. arguments]);

    /// <summary>A worker with variables of its own, beside its token.</summary>
    public ProgramProcess WorkerWith(string id, Dictionary<string, string?> variables) =>
        Worker(
            ["env", .. variables.Select(v => $"{v.Key}={v.Value}")],
            ["--coordinator", _address, "--worker-id", id, "--threads", "1", "--run-dir", _runDirectory]
        );

    /// <summary>
    /// A worker that finds names in a file of its own in place of <c>/etc/hosts</c>, as a pod finds them in its cluster's DNS.
    /// </summary>
    /// <param name="hosts">The file; lines that are added to it count from then on.</param>
    /// <param name="id">The id of the worker, and its name to the others.</param>
    /// <param name="coordinator">The coordinator's name.</param>
    public ProgramProcess WorkerWithNames(string hosts, string id, string coordinator) =>
        Worker(
            ["unshare", "--mount", "sh", "-ec", "mount --bind \"$0\" /etc/hosts; exec \"$@\"", hosts],
            [
                "--coordinator",
                new UriBuilder(_address) { Host = coordinator }.ToString(),
                "--worker-id",
                id,
                "--advertise",
                id,
                "--threads",
                "1",
            ]
        );

    /// <summary>The first event of the run's event stream that fits.</summary>
    public async Task<RunEvent> WatchAsync(Func<RunEvent, bool> fits)
    {
        using var channel = ControlChannel.To(new Uri(_address), new ControlAccess(OperatorToken));
        using var patience = new CancellationTokenSource(SmallRun.Deadline);
        using var watch = new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(channel).Watch(
            new WatchRequest(),
            cancellationToken: patience.Token
        );
        return await watch.ResponseStream.ReadAllAsync(patience.Token).FirstAsync(fits, patience.Token);
    }

    /// <summary>Presses a button of the status page.</summary>
    public Task ActAsync(string action) => OperatorPage.ActAsync(_page, OperatorToken, action);

    /// <summary>Returns once the coordinator's log holds a text.</summary>
    public Task LogsAsync(string text) => Coordinator.WaitForErrorAsync(text, SmallRun.Deadline);

    private ProgramProcess Worker(string[] shell, IEnumerable<string> arguments)
    {
        string[] command = [.. shell, ProgramProcess.Beside("AlexNet.Worker"), .. arguments];
        var worker = ProgramProcess.Start(
            command[0],
            command[1..],
            new Dictionary<string, string?> { [Settings.VariableOf("token")] = Token }
        );
        _workers.Add(worker);
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _workers.Append(Coordinator))
            await process.DisposeAsync();
    }
}
