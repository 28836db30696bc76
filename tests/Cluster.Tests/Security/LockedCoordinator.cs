using AlexNet.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Hosting.Services;
using Lockstep.Protocol.V1;

namespace Cluster.Tests.Security;

/// <summary>A coordinator process that waits for two workers, and calls to it of every kind.</summary>
internal sealed class LockedCoordinator : IAsyncDisposable
{
    public const string Token = "the-join-token-of-this-run",
        OperatorToken = "the-operator-token-of-this-run";

    private LockedCoordinator(ProgramProcess process, Uri address) => (Process, Address) = (process, address);

    public ProgramProcess Process { get; }

    /// <summary>URL of its gRPC port.</summary>
    public Uri Address { get; }

    /// <param name="runDirectory">For its files.</param>
    /// <param name="tls">Its certificate; null for none.</param>
    /// <param name="arguments">More of its settings.</param>
    public static async Task<LockedCoordinator> StartAsync(string runDirectory, TlsFiles? tls = null, params IEnumerable<string> arguments)
    {
        var environment = new Dictionary<string, string?>
        {
            [Settings.VariableOf("token")] = Token,
            [Settings.VariableOf("operator-token")] = OperatorToken,
        };
        foreach (var (name, value) in tls?.Variables ?? [])
            environment[name] = value;
        var process = ProgramProcess.Start(
            ProgramProcess.Beside("AlexNet.Coordinator"),
            ["--recipe", "quickstart", "--run-dir", runDirectory, "--join-timeout", "1800", .. arguments],
            environment
        );
        try
        {
            string line = await process.WaitForLineAsync(l => Announcement.Parse(l) is not null, "its addresses", SmallRun.Deadline);
            return new(process, new Uri(Announcement.Parse(line)?.Grpc ?? throw new InvalidOperationException(line)));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A channel that shows any certificate, trusts any coordinator, and gives any token.</summary>
    public GrpcChannel Channel(SocketsHttpHandler handler, string? token) =>
        GrpcChannel.ForAddress(
            Address,
            new() { HttpHandler = token is null ? handler : new BearerHandler(token, handler), DisposeHttpClient = true }
        );

    /// <summary>The status that a call ends with.</summary>
    public static async Task<Status> StatusOfAsync(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).Status;

    /// <summary>Opens a session and sends a join; returns what the coordinator says first.</summary>
    public static async Task<CoordinatorMessage> JoinAsync(GrpcChannel channel, Func<Metadata, Join> join)
    {
        using var call = new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(channel).Work();
        var headers = await call.ResponseHeadersAsync;
        try
        {
            await call.RequestStream.WriteAsync(new WorkerMessage { Join = join(headers) });
        }
        catch (RpcException)
        {
            // the call is over; how, the answer says
        }
        await call.ResponseStream.MoveNext();
        return call.ResponseStream.Current;
    }

    /// <summary>What a worker of this version says of itself.</summary>
    public static Join NewJoin(string id) =>
        new()
        {
            Version = ProgramVersion.Current,
            WorkerId = id,
            Host = "here",
            ProcessId = 1,
            PeerAddress = "http://127.0.0.1:1",
            MetricsAddress = "http://127.0.0.1:2",
            Device = "cpu",
            InstructionSet = "none",
            Libtorch = "2.10.0",
            Threads = 1,
        };

    /// <summary>Ends the run as its operator may, and returns all its events: what has left a trace in the run is in there.</summary>
    public static async Task<IReadOnlyList<RunEvent>> EndAsync(GrpcChannel channel)
    {
        using var patience = new CancellationTokenSource(SmallRun.Deadline);
        var client = new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(channel);
        using var watch = client.Watch(new WatchRequest(), cancellationToken: patience.Token);
        await watch.ResponseHeadersAsync;
        await client.DrainAsync(new DrainRequest(), cancellationToken: patience.Token);
        var events = new List<RunEvent>();
        do
        {
            Assert.True(await watch.ResponseStream.MoveNext(patience.Token));
            events.Add(watch.ResponseStream.Current);
        } while (events[^1].Interrupted is null);
        return events;
    }

    /// <summary>Returns once its log holds a text.</summary>
    public Task LogsAsync(string text) => Process.WaitForErrorAsync(text, SmallRun.Deadline);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
