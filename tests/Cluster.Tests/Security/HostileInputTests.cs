using System.Diagnostics;
using System.Globalization;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Cluster.Tests.Security.Hostile;
using Google.Protobuf;
using Grpc.Net.Client;
using Lockstep.Core.Errors;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;

namespace Cluster.Tests.Security;

/// <summary>
/// Hostile input to both services of a run that trains: raw bytes on their HTTP/2 connections and damaged messages in good calls, from
/// strangers and from somebody who has the join token. The run goes on and computes what it computes without.
/// </summary>
[TestClass(DisableParallelization = true)] // its attack takes all cores
public sealed class HostileInputTests(ITestOutputHelper log) : IDisposable
{
    private const int Seed = 20121206;
    private const long MostMegabytes = 200; // that a service may have grown by
    private const int MostHandles = 16; // that may be left: connections that are just being closed
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10),
        Interval = TimeSpan.FromMilliseconds(50);

    private static readonly string[] Run =
    [
        "quickstart",
        "--shards",
        "2",
        "--transport",
        "grpc",
        "--threads",
        "1",
        .. SmallRun.FewPictures,
    ];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Hundreds_of_hostile_messages_change_nothing() => AttackAsync(400);

    [Fact]
    public Task Ten_thousand_hostile_messages_to_each_service_change_nothing()
    {
        LongTests.Require();
        return AttackAsync(10_000);
    }

    public void Dispose() => _folder.Dispose();

    private async Task AttackAsync(int count)
    {
        await using var alexnet = AlexnetProcess.Train(_folder["attacked"], [.. Run, "--epochs", "100000"]);
        await alexnet.WaitForAsync("step", SmallRun.Deadline);
        var victim = new AttackedRun(_folder["attacked"]);
        string classes = await File.ReadAllTextAsync(_folder["attacked/classes.json"], Stop);
        await AttackAsync(victim, count / 10, Seed); // code is compiled and pools are filled
        var before = victim.Processes.Select(Usage.Of).ToArray();
        await AttackAsync(victim, count, Seed + 1);

        int steps = alexnet.Losses.Count;
        await alexnet.WaitForAsync("step", SmallRun.Deadline, e => e.GetProperty("step").GetInt64() > steps + 2);
        foreach (var (process, was) in victim.Processes.Zip(before))
            await AssertNothingIsLeftAsync(process, was);
        Processes.Signal(alexnet.Id, Processes.SigTerm);
        Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        Assert.DoesNotContain(alexnet.Events, e => e.GetProperty("event").GetString() is "generation" or "failed");
        Assert.Equal(classes, await File.ReadAllTextAsync(_folder["attacked/classes.json"], Stop));
        AssertLogs(victim);

        var losses = alexnet.Losses;
        log.WriteLine($"{losses.Count} steps under attack");
        await using var undisturbed = AlexnetProcess.Train(
            _folder["undisturbed"],
            [.. Run, "--epochs", "100000", "--steps", $"{losses.Count}"]
        );
        await undisturbed.FinishAsync(Deadline);
        Assert.Equal(undisturbed.Losses, losses);
    }

    private static async Task AttackAsync(AttackedRun victim, int count, int seed)
    {
        byte[] step = new WorkerMessage
        {
            Generation = 1,
            Step = new StepReport
            {
                Step = 5,
                Phases = new Phases { Total = 1 },
            },
        }.ToByteArray();
        byte[] hello = ProtoBytes.Hello(victim.RunId, 1, 1, "guess");
        await Task.WhenAll(
            RawAttack.SendAsync(
                victim.Coordinator,
                Raw(new Random(seed), count / 2, "/lockstep.v1.Coordinator/Work", victim.Token, step),
                Stop
            ),
            RawAttack.SendAsync(victim.Peer, Raw(new Random(seed + 1), count / 2, "/lockstep.v1.Peer/Link", victim.Token, hello), Stop),
            Task.Run(
                async () =>
                {
                    using var channel = Channel(victim.Coordinator, victim.Token);
                    await new CallAttack(channel, victim.Token, new Random(seed + 2)).CoordinatorAsync(count / 2, 1, victim.Member);
                },
                Stop
            ),
            Task.Run(
                async () =>
                {
                    using var channel = Channel(victim.Peer, victim.Token);
                    await new CallAttack(channel, victim.Token, new Random(seed + 3)).PeerAsync(count / 2, victim.RunId, 1);
                },
                Stop
            )
        );
    }

    private static IEnumerable<(System.Net.IPAddress, byte[])> Raw(Random random, int count, string path, string token, byte[] message)
    {
        for (int i = 0; i < count; i++)
            yield return (RawAttack.From(random), Http2.Damaged(random, path, token, message));
    }

    private static GrpcChannel Channel(Uri address, string token) =>
        GrpcChannel.ForAddress(
            address,
            new()
            {
                HttpHandler = new BearerHandler(token, new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false }),
                DisposeHttpClient = true,
            }
        );

    /// <summary>Memory is bounded, and what the attack held open is closed.</summary>
    private async Task AssertNothingIsLeftAsync(int process, Usage before)
    {
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (Usage.Of(process).Handles > before.Handles + MostHandles && Stopwatch.GetElapsedTime(start) < SmallRun.Deadline)
            await timer.WaitForNextTickAsync(Stop);
        var after = Usage.Of(process);
        log.WriteLine($"process {process}: {before} before, {after} after");
        Assert.InRange(after.Handles, 0, before.Handles + MostHandles);
        Assert.InRange(after.Megabytes, 0, before.Megabytes + MostMegabytes);
    }

    private void AssertLogs(AttackedRun victim)
    {
        string coordinator = File.ReadAllText(_folder["attacked/logs/coordinator.log"]),
            worker = File.ReadAllText(_folder["attacked/logs/w0.log"]);
        log.WriteLine(
            string.Join('\n', (coordinator + worker).Split('\n').Where(line => line.Contains("Refused", StringComparison.Ordinal)).Take(40))
        );
        Assert.All(new[] { coordinator, worker }, text =>
        {
            Assert.Contains("it gave no token", text, StringComparison.Ordinal);
            Assert.Contains("Refused 127.", text, StringComparison.Ordinal);
            Assert.DoesNotContain("fail: ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Unhandled", text, StringComparison.Ordinal);
            Assert.DoesNotContain(victim.Token, text, StringComparison.Ordinal);
        });
        Assert.Contains("does not prove that it is a member", coordinator, StringComparison.Ordinal);
        Assert.DoesNotContain("\n00:00:00.000", coordinator, StringComparison.Ordinal);
    }

    /// <summary>What a process holds.</summary>
    /// <param name="Megabytes">The megabytes of memory that is its own.</param>
    /// <param name="Handles">Open files and connections.</param>
    private sealed record Usage(long Megabytes, int Handles)
    {
        public static Usage Of(int process)
        {
            string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            long kilobytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            return new(kilobytes / 1024, Directory.GetFileSystemEntries($"/proc/{process}/fd").Length);
        }
    }
}
