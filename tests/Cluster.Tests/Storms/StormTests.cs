using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Cluster.Tests.Recovery;
using Lockstep.Hosting.Services;

namespace Cluster.Tests.Storms;

/// <summary>
/// Everything at once: while the coordinator is dead its port belongs to another process, the disk is full, and the wall clock jumps;
/// workers die in between.
/// </summary>
public sealed class StormTests(ITestOutputHelper log) : IDisposable
{
    private const int Steps = 240,
        Blows = 3,
        Runs = 20,
        DiskMegabytes = 48;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_twenty_runs_in_storms_each_ends_in_the_weights_of_a_calm_one()
    {
        LongTests.Require();
        var clock = await MovableClock.BuildAsync(_folder.Path);
        var layouts = new[] { (Replicas: 1, Shards: 2), (Replicas: 2, Shards: 1) };
        var calm = new List<IReadOnlyDictionary<string, string>>();
        foreach (var (replicas, shards) in layouts)
        {
            string directory = _folder[$"calm-{replicas}x{shards}"];
            await using var alexnet = AlexnetProcess.Train(directory, Arguments(replicas, shards));
            await alexnet.FinishAsync(Deadline);
            calm.Add(TrainedState.Read(directory).Files);
        }
        for (int seed = 1; seed <= Runs; seed++)
        {
            var (replicas, shards) = layouts[seed % layouts.Length];
            await using var disk = await SmallDisk.MountAsync(_folder[$"disk-{seed}"], DiskMegabytes);
            string directory = Path.Combine(disk.Path, "run");
            clock.Shift(TimeSpan.Zero);
            await using (var alexnet = AlexnetProcess.TrainWith(directory, clock.Variables, Arguments(replicas, shards)))
            {
                await StormAsync(alexnet, directory, disk, clock, new Random(seed));
                await alexnet.FinishAsync(Deadline);
                log.WriteLine($"seed {seed}, {replicas}x{shards}: {alexnet.EventsOf("generation").Count} generations after the first");
            }
            Assert.Equal(calm[seed % layouts.Length], TrainedState.Read(directory).Files);
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task StormAsync(AlexnetProcess alexnet, string directory, SmallDisk disk, MovableClock clock, Random random)
    {
        for (int blow = 0, step = 0; blow < Blows; blow++)
        {
            step += random.Next(10, Steps / (Blows + 1));
            await alexnet.StepAsync(step);
            int port = new Uri(RunAddress.TryFind(directory)?.Grpc ?? throw new InvalidOperationException("nobody leads the run.")).Port;
            bool fills = random.Next(2) == 0,
                takes = random.Next(2) == 0;
            log.WriteLine($"  step {step}: the coordinator is killed{(takes ? ", its port taken" : "")}{(fills ? ", the disk full" : "")}");
            await Polling.UntilAsync( // the one that the last blow has struck may still be on its way back
                () => Task.FromResult(Coordinators(directory).Count == 1),
                () => Task.FromResult($"{Coordinators(directory).Count} coordinators lead the run."),
                Deadline
            );
            if (fills)
                disk.Fill();
            Processes.Signal(Coordinators(directory)[0], Processes.SigKill);
            clock.Shift(TimeSpan.FromHours(random.Next(-1, 2)));
            using var thief = takes ? Take(port) : null;
            if (random.Next(2) == 0 && Workers(directory) is { Count: > 0 } workers)
                Processes.Signal(workers[random.Next(workers.Count)], Processes.SigKill);
            await Task.Delay(TimeSpan.FromSeconds(4 * random.NextDouble()), Stop); // for so long it lasts
            disk.Empty();
        }
    }

    /// <summary>Another process's listener on the coordinator's port; null where the coordinator has it again already.</summary>
    private static TcpListener? Take(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    private static List<int> Coordinators(string directory) => [.. Processes.WithArgument(Path.Combine(directory, "recipe.json"))];

    private static List<int> Workers(string directory) => [.. Processes.WithArgument(directory).Where(Processes.IsWorker)];

    private static IEnumerable<string> Arguments(int replicas, int shards) =>
        [
            "quickstart",
            "--threads",
            "1",
            "--replicas",
            replicas.ToString(CultureInfo.InvariantCulture),
            "--shards",
            shards.ToString(CultureInfo.InvariantCulture),
            .. RecoveryRun
                .Recipe.Where(s => !s.StartsWith("training.steps", StringComparison.Ordinal))
                .SelectMany(s => new[] { "--set", s }),
            "--set",
            $"training.steps={Steps}",
            "--epochs",
            "100",
            "--max-restarts",
            "20",
        ];
}
