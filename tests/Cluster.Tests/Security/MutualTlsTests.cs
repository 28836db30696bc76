using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AlexNet.Testing;
using Grpc.Core;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;

namespace Cluster.Tests.Security;

/// <summary>Who gets past the handshake: against real processes, with the reason in their log and nowhere else.</summary>
public sealed class MutualTlsTests : IDisposable
{
    private static readonly string[] Reasons = ["expired", "authority", "trusted", "certificate", "role", "token"];

    private readonly TemporaryFolder _folder = new();
    private readonly FinishedRuns _finished;
    private readonly TestCertificates _certificates;

    public MutualTlsTests(FinishedRuns finished) => (_finished, _certificates) = (finished, new TestCertificates(_folder["certs"]));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certs_makes_files_that_only_their_owner_may_read_and_says_what_they_are_for()
    {
        await using var certs = AlexnetProcess.Start(
            "certs",
            _folder["made"],
            "--worker",
            "*.workers",
            "--coordinator",
            "coordinator",
            "--coordinator",
            "10.0.0.7"
        );
        Assert.Equal(ExitCodes.Done, await certs.ExitCodeAsync(SmallRun.Deadline));
        string[] files = Directory.GetFiles(_folder["made"]);
        Assert.Equal(
            ["ca.crt", "ca.key", "coordinator.crt", "coordinator.key", "operator.crt", "operator.key", "worker.crt", "worker.key"],
            files.Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        foreach (string file in files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(file));
        using var worker = X509CertificateLoader.LoadCertificateFromFile(_folder["made/worker.crt"]);
        Assert.Equal(Roles.Worker, Roles.Of(worker));
        Assert.True(worker.MatchesHostname("w3.workers") && worker.MatchesHostname("localhost") && !worker.MatchesHostname("coordinator"));
        using var coordinator = X509CertificateLoader.LoadCertificateFromFile(_folder["made/coordinator.crt"]);
        Assert.True(
            coordinator.MatchesHostname("coordinator")
                && coordinator.MatchesHostname("10.0.0.7")
                && coordinator.MatchesHostname("127.0.0.1")
        );
    }

    [Fact]
    public async Task A_run_over_mutual_TLS_computes_what_one_without_computes()
    {
        var (_, plain) = await _finished.OfAsync(SmallRun.ThreeSteps);
        var secure = await SmallRun.LossesAsync(
            _folder["secure"],
            [.. SmallRun.ThreeSteps, "--transport", "grpc", "--certs", _certificates.Folder.Path]
        );
        Assert.Equal(plain, secure);
        string log = await File.ReadAllTextAsync(_folder["secure/logs/coordinator.log"], Stop);
        Assert.Contains("peers at https://127.0.0.1:", log, StringComparison.Ordinal);
        Assert.DoesNotContain("Refused", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_are_refused_at_the_handshake()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"], _certificates.Folder.Coordinator);
        TimeSpan soon = TimeSpan.FromHours(1),
            before = TimeSpan.FromMinutes(-4);
        var strangers = new (X509Certificate2? Certificate, string Reason)[]
        {
            (null, "it showed no certificate"),
            (
                new TestCertificates(_folder["others"]).Of(Roles.Worker),
                "was issued by an authority that is not trusted here (CN=development authority"
            ),
            (_certificates.Make(Roles.Worker, before, before / 2), "expired at"),
            (_certificates.Make(Roles.Worker, soon, 2 * soon), "is valid only from"),
            (_certificates.Make("guest", before, soon), "names no role; OU=worker or OU=operator is required"),
            (_certificates.Of(Roles.Coordinator), "is not made for this side of a connection"),
        };
        foreach (var (certificate, reason) in strangers)
        {
            using var channel = coordinator.Channel(AnyClient.Showing(certificate), LockedCoordinator.Token);
            AssertBare(
                await LockedCoordinator.StatusOfAsync(() =>
                    LockedCoordinator.JoinAsync(channel, _ => LockedCoordinator.NewJoin("stranger"))
                )
            );
            await coordinator.LogsAsync(reason);
            certificate?.Dispose();
        }
        Assert.Contains("Refused 127.0.0.1:", coordinator.Process.Error, StringComparison.Ordinal);
        await AssertNobodyJoinedAsync(coordinator);
    }

    [Fact]
    public async Task A_worker_may_not_watch_or_end_the_run_and_an_operator_may_not_join_it()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"], _certificates.Folder.Coordinator);
        using var worker = coordinator.Channel(AnyClient.Showing(_certificates.Of(Roles.Worker)), LockedCoordinator.Token);
        var client = new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(worker);
        Assert.Equal(
            StatusCode.PermissionDenied,
            Bare(await LockedCoordinator.StatusOfAsync(() => client.DrainAsync(new DrainRequest()).ResponseAsync))
        );
        Assert.Equal(
            StatusCode.PermissionDenied,
            Bare(await LockedCoordinator.StatusOfAsync(() => client.Watch(new WatchRequest()).ResponseStream.MoveNext(Stop)))
        );
        await coordinator.LogsAsync("/lockstep.v1.Coordinator/Drain: it is of the role worker, which may not do this");

        using var looker = coordinator.Channel(AnyClient.Showing(_certificates.Of(Roles.Operator)), LockedCoordinator.OperatorToken);
        Assert.Equal(
            StatusCode.PermissionDenied,
            Bare(
                await LockedCoordinator.StatusOfAsync(() => LockedCoordinator.JoinAsync(looker, _ => LockedCoordinator.NewJoin("operator")))
            )
        );
        await AssertNobodyJoinedAsync(coordinator);
    }

    [Fact]
    public async Task A_worker_of_the_authority_without_the_token_of_the_run_is_refused()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"], _certificates.Folder.Coordinator);
        foreach (var (token, reason) in new[] { ("the-token-of-another-run", "its token is not this run's"), (null, "it gave no token") })
        {
            using var channel = coordinator.Channel(AnyClient.Showing(_certificates.Of(Roles.Worker)), token);
            Assert.Equal(
                StatusCode.Unauthenticated,
                Bare(await LockedCoordinator.StatusOfAsync(() => LockedCoordinator.JoinAsync(channel, _ => LockedCoordinator.NewJoin("a"))))
            );
            await coordinator.LogsAsync($"/lockstep.v1.Coordinator/Work: {reason}");
        }
        await AssertNobodyJoinedAsync(coordinator);
    }

    [Theory]
    [InlineData("worker", "is of the role worker; coordinator is required")]
    [InlineData("other", "was issued by an authority that is not trusted here")]
    public async Task A_worker_does_not_talk_to_an_impostor(string kind, string reason)
    {
        using var impostor =
            kind == "other" ? new TestCertificates(_folder["others"]).Of(Roles.Coordinator) : _certificates.Of(Roles.Worker);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = HearAsync(listener, impostor);
        var environment = new Dictionary<string, string?> { [Settings.VariableOf("token")] = LockedCoordinator.Token };
        foreach (var (name, value) in _certificates.Folder.Worker.Variables)
            environment[name] = value;
        await using var worker = ProgramProcess.Start(
            ProgramProcess.Beside("AlexNet.Worker"),
            ["--coordinator", $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}", "--threads", "1"],
            environment
        );
        await worker.WaitForErrorAsync(reason, SmallRun.Deadline);
        Assert.Equal(0, await heard); // not a byte, the token least of all
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_named_at_the_start()
    {
        _certificates.Make(Roles.Worker, TimeSpan.FromMinutes(-4), TimeSpan.FromMinutes(-1)).Dispose();
        await using var worker = ProgramProcess.Start(
            ProgramProcess.Beside("AlexNet.Worker"),
            ["--coordinator", "http://localhost:1"],
            _certificates.Folder.Worker.Variables.Select(v => new KeyValuePair<string, string?>(v.Key, v.Value))
        );
        Assert.Equal(ExitCodes.BadInput, await worker.ExitCodeAsync(SmallRun.Deadline));
        Assert.All(new[] { "worker.crt' expired at", "with certificates it must begin with https", "ALEXNET_TOKEN" }, text =>
            Assert.Contains(text, worker.Error, StringComparison.Ordinal)
        );

        await using var half = ProgramProcess.Start(ProgramProcess.Beside("AlexNet.Coordinator"), ["--tls-cert", "x", "--tls-ca", "y"]);
        Assert.Equal(ExitCodes.BadInput, await half.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains(
            "setting 'tls-key' is missing; ALEXNET_TLS_CERT, ALEXNET_TLS_KEY, ALEXNET_TLS_CA belong together",
            half.Error,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static StatusCode Bare(Status status)
    {
        AssertBare(status);
        return status.StatusCode;
    }

    /// <summary>What the caller hears has no reason in it.</summary>
    private static void AssertBare(Status status) =>
        Assert.All(Reasons, reason => Assert.DoesNotContain(reason, status.Detail, StringComparison.OrdinalIgnoreCase));

    private async Task AssertNobodyJoinedAsync(LockedCoordinator coordinator)
    {
        _certificates.Renew(Roles.Operator);
        using var channel = coordinator.Channel(AnyClient.Showing(_certificates.Of(Roles.Operator)), null);
        Assert.DoesNotContain(await LockedCoordinator.EndAsync(channel), e => e.Worker is not null);
    }

    /// <summary>
    /// Answers one connection as a server with this certificate; returns how many bytes came in clear after the handshake.
    /// </summary>
    private static async Task<int> HearAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var tcp = await listener.AcceptTcpClientAsync(Stop);
        await using var stream = new SslStream(tcp.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                },
                Stop
            );
            return await stream.ReadAsync(new byte[1024], Stop);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return 0; // it hung up
        }
    }
}
