using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AlexNet.Recipes;
using AlexNet.Recipes.Planning;
using AlexNet.Testing;
using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Storage.Runs;

namespace Cluster.Tests.Planning;

/// <summary>What the planner says that a step sends is what workers count, to the byte.</summary>
public sealed partial class TrafficTests : IDisposable
{
    private const int Steps = 3; // and then everybody waits for a vote that does not come
    private static readonly OperationKind[] Kinds =
    [
        OperationKind.Batch,
        OperationKind.Forward,
        OperationKind.Backward,
        OperationKind.Reduce,
    ];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Settings of the layout, separated by spaces.</summary>
    [Theory]
    [InlineData("shards=2 replicas=2 factors=always", 15, "shm")]
    [InlineData("shards=2", 16, "grpc")]
    [InlineData("replicas=3 factors=never", 16, "shm")]
    [InlineData("replicas=3 factors=never gradients=bf16", 16, "grpc")]
    [InlineData("replicas=2 shards=2 factors=never", 15, "grpc")]
    [InlineData("plan=hybrid shards=3", 16, "grpc")]
    public async Task Workers_send_what_the_planner_counts(string layout, int batch, string transport)
    {
        if (!layout.Contains("always", StringComparison.Ordinal))
            LongTests.Require();
        string[] settings = [.. layout.Split(' ').Select(s => $"layout.{s}"), $"training.batch={batch}"];
        var recipe = RecipeCatalog.Load(
            Recipe.Reader,
            "quickstart",
            [.. settings.Select(s => RecipeSettings.Parse(s) ?? throw new InvalidOperationException(s))]
        );
        var topology = new RunTopology(recipe.Layout.Replicas, recipe.Layout.Shards);
        string[] factored = recipe.Layout.Factors == FactorUse.Always ? [.. NetShape.Of(recipe).Factored.Select(l => l.Name)] : [];

        int port = FreePorts.Consecutive(topology.Workers + 1);
        await using var alexnet = AlexnetProcess.TrainWithFault(
            _folder["run"],
            $"hang@0.0:{Steps - 1}:vote",
            [
                "quickstart",
                "--threads",
                "1",
                "--transport",
                transport,
                "--metrics-port",
                $"{port}",
                .. SmallRun.FewPictures,
                .. settings.SelectMany(s => new[] { "--set", s }),
            ]
        );
        using var http = new HttpClient();
        foreach (int rank in topology.AllRanks)
        {
            var predicted = StepTraffic
                .Of(recipe, topology, topology.SlotOf(rank), factored)
                .GroupBy(t => t.Kind)
                .ToDictionary(g => g.Key, g => Steps * g.Sum(t => t.Bytes));
            await CountsAsync(http, $"http://127.0.0.1:{port + 1 + rank}/metrics", kind => predicted.GetValueOrDefault(kind));
        }
    }

    public void Dispose() => _folder.Dispose();

    [GeneratedRegex("""^lockstep_worker_sent_bytes_total\{.*operation="(?<kind>\w+)".*\} (?<bytes>\S+)""", RegexOptions.Multiline)]
    private static partial Regex Sent();

    /// <summary>Waits until a worker has counted what is expected.</summary>
    private static async Task CountsAsync(HttpClient http, string address, Func<OperationKind, long> expected)
    {
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        string found = "nothing";
        while (
            Stopwatch.GetElapsedTime(start) < SmallRun.Deadline && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken)
        )
        {
            var counted = await TryReadAsync(http, address);
            if (counted is not null && Kinds.All(k => counted.GetValueOrDefault(k) == expected(k)))
                return;
            found = counted is null ? found : string.Join(", ", Kinds.Select(k => $"{k} {counted.GetValueOrDefault(k)} of {expected(k)}"));
        }
        Assert.Fail($"{address} counts {found}");
    }

    /// <summary>Bytes by kind; null while the worker does not answer.</summary>
    private static async Task<Dictionary<OperationKind, long>?> TryReadAsync(HttpClient http, string address)
    {
        try
        {
            string text = await http.GetStringAsync(address, TestContext.Current.CancellationToken);
            return Sent()
                .Matches(text)
                .GroupBy(m => Enum.Parse<OperationKind>(m.Groups["kind"].Value, ignoreCase: true))
                .ToDictionary(g => g.Key, g => g.Sum(m => (long)double.Parse(m.Groups["bytes"].Value, CultureInfo.InvariantCulture)));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
