using AlexNet.Testing;
using Grpc.Core;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;

namespace Cluster.Tests.Security;

/// <summary>Who may do what where there is no TLS: against a real coordinator, with the reason in its log and nowhere else.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_may_do_nothing_and_a_worker_may_not_end_the_run()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"]);
        foreach (
            var (token, code) in new[]
            {
                (null, StatusCode.Unauthenticated),
                ("guess", StatusCode.Unauthenticated),
                (LockedCoordinator.Token, StatusCode.PermissionDenied),
            }
        )
        {
            using var channel = coordinator.Channel(new SocketsHttpHandler(), token);
            var client = new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(channel);
            AssertIs(code, await LockedCoordinator.StatusOfAsync(() => client.DrainAsync(new DrainRequest()).ResponseAsync));
            AssertIs(code, await LockedCoordinator.StatusOfAsync(() => client.Watch(new WatchRequest()).ResponseStream.MoveNext(Stop)));
            if (token == LockedCoordinator.Token)
                continue;
            AssertIs(
                code,
                await LockedCoordinator.StatusOfAsync(() =>
                    client.ReadFile(new ReadFileRequest { Name = "manifest.json" }).ResponseStream.MoveNext(Stop)
                )
            );
            AssertIs(
                code,
                await LockedCoordinator.StatusOfAsync(() => LockedCoordinator.JoinAsync(channel, _ => LockedCoordinator.NewJoin("a")))
            );
        }
        await coordinator.LogsAsync("/lockstep.v1.Coordinator/Work: its token is not this run's");
        await coordinator.LogsAsync("/lockstep.v1.Coordinator/Work: it gave no token");
        await coordinator.LogsAsync("/lockstep.v1.Coordinator/Drain: it is of the role worker, which may not do this");
        Assert.DoesNotContain(LockedCoordinator.Token, coordinator.Process.Error, StringComparison.Ordinal);

        // the operator may, and nothing of all that has left a trace in the run
        using var allowed = coordinator.Channel(new SocketsHttpHandler(), LockedCoordinator.OperatorToken);
        Assert.DoesNotContain(await LockedCoordinator.EndAsync(allowed), e => e.Worker is not null);
        Assert.Equal(ExitCodes.Interrupted, await coordinator.Process.ExitCodeAsync(SmallRun.Deadline));
    }

    [Fact]
    public async Task A_join_that_is_sent_again_is_refused_and_so_is_one_that_was_changed()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"]);
        using var channel = coordinator.Channel(new SocketsHttpHandler(), LockedCoordinator.Token);
        Join? recorded = null;
        var welcome = await LockedCoordinator.JoinAsync(channel, headers =>
            recorded = JoinProof.Answer(LockedCoordinator.NewJoin("a"), headers, LockedCoordinator.Token, "")
        );
        Assert.NotNull(welcome.Welcome);
        AssertIs(
            StatusCode.Unauthenticated,
            await LockedCoordinator.StatusOfAsync(() => LockedCoordinator.JoinAsync(channel, _ => recorded ?? new Join()))
        );
        AssertIs(StatusCode.Unauthenticated, await LockedCoordinator.StatusOfAsync(() => LockedCoordinator.JoinAsync(channel, headers =>
                {
                    var join = JoinProof.Answer(LockedCoordinator.NewJoin("b"), headers, LockedCoordinator.Token, "");
                    join.PeerAddress = "http://127.0.0.1:666";
                    return join;
                })));
        await coordinator.LogsAsync(
            "a join of worker 'a' does not answer this session's challenge: it was recorded and sent again, or changed on its way"
        );

        using var looker = coordinator.Channel(new SocketsHttpHandler(), LockedCoordinator.OperatorToken);
        Assert.Equal(
            "a",
            Assert
                .Single(await LockedCoordinator.EndAsync(looker), e => e.Worker?.Stage == WorkerChanged.Types.Stage.Joined)
                .Worker.WorkerId
        );
    }

    [Fact]
    public async Task Metrics_are_not_served_at_the_gRPC_port()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"]);
        using var http = new HttpClient
        {
            BaseAddress = coordinator.Address,
            DefaultRequestVersion = new Version(2, 0),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (string page in new[] { "metrics", "health", "", "lockstep.v1.Coordinator/Nothing" })
        {
            using var answer = await http.GetAsync(page, Stop);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Secrets_come_from_files_too_and_equal_ones_are_refused()
    {
        await File.WriteAllTextAsync(_folder["token"], "from-a-file\n", Stop);
        await using var worker = ProgramProcess.Start(
            ProgramProcess.Beside("AlexNet.Worker"),
            ["--coordinator", "http://localhost:1", "--connect-timeout", "0"],
            new Dictionary<string, string?> { [Settings.VariableOf("token") + "_FILE"] = _folder["token"] }
        );
        Assert.NotEqual(ExitCodes.BadInput, await worker.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("could not be reached", worker.Error, StringComparison.Ordinal);

        await using var same = ProgramProcess.Start(
            ProgramProcess.Beside("AlexNet.Coordinator"),
            ["--recipe", "quickstart", "--run-dir", _folder["run"]],
            new Dictionary<string, string?> { ["ALEXNET_TOKEN"] = "x", ["ALEXNET_OPERATOR_TOKEN"] = "x" }
        );
        Assert.Equal(ExitCodes.BadInput, await same.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("'token' and 'operator-token' are equal", same.Error, StringComparison.Ordinal);

        await using var empty = ProgramProcess.Start(
            ProgramProcess.Beside("AlexNet.Coordinator"),
            ["--recipe", "quickstart", "--run-dir", _folder["run"], "--token-file", "/nowhere"],
            new Dictionary<string, string?> { ["ALEXNET_OPERATOR_TOKEN"] = "a b" }
        );
        Assert.Equal(ExitCodes.BadInput, await empty.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("setting 'token-file' is '/nowhere', which cannot be read", empty.Error, StringComparison.Ordinal);
        Assert.Contains("'operator-token' holds a character that cannot travel in a header", empty.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listening_beyond_loopback_without_TLS_is_warned_of_aloud()
    {
        await using var open = await LockedCoordinator.StartAsync(_folder["open"], arguments: ["--listen", "0.0.0.0:0"]);
        await open.LogsAsync("WITHOUT TLS");
        await using var own = await LockedCoordinator.StartAsync(_folder["own"]);
        Assert.DoesNotContain("WITHOUT TLS", own.Process.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertIs(StatusCode code, Status status)
    {
        Assert.Equal(code, status.StatusCode);
        Assert.DoesNotContain("token", status.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("role", status.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("challenge", status.Detail, StringComparison.OrdinalIgnoreCase);
    }
}
