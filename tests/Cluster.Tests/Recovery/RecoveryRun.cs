using System.Globalization;
using System.Text.Json;
using AlexNet.Testing;
using Cluster.Tests.Failures;

namespace Cluster.Tests.Recovery;

/// <summary>A run of two epochs of ten steps that saves every fifth step; short, but with something to lose at every place.</summary>
internal static class RecoveryRun
{
    public const int Steps = 20,
        StepsPerEpoch = 10,
        SaveInterval = 5;

    /// <summary>
    /// Settings of the recipe quickstart, KEY=VALUE. Factors are not left to measurement, since one run is compared with another.
    /// </summary>
    public static readonly string[] Recipe =
    [
        "layout.factors=always",
        "training.batch=16",
        $"training.steps={Steps}",
        "data.generated.train=160",
        "data.generated.test=40",
        $"checkpoint.everySteps={SaveInterval}",
    ];

    /// <summary>Starts it in a layout.</summary>
    public static AlexnetProcess Start(string directory, int replicas, int shards, params IEnumerable<string> arguments) =>
        AlexnetProcess.Train(directory, Arguments(replicas, shards, arguments));

    /// <summary>Starts it with a fault injected into a worker, such as <c>kill@1.0:4:reduce</c>.</summary>
    public static AlexnetProcess StartWithFault(
        string directory,
        string fault,
        int replicas,
        int shards,
        params IEnumerable<string> arguments
    ) => AlexnetProcess.TrainWithFault(directory, fault, Arguments(replicas, shards, arguments));

    /// <summary>Goes on with it, to its end.</summary>
    public static async Task<JsonElement> ResumeAsync(string directory, int replicas, int shards, params IEnumerable<string> arguments)
    {
        await using var alexnet = Start(directory, replicas, shards, ["--resume", .. arguments]);
        return await alexnet.FinishAsync(SmallRun.Deadline);
    }

    public static Task<JsonElement> StepAsync(this AlexnetProcess alexnet, int step) =>
        alexnet.WaitForAsync("step", SmallRun.Deadline, e => e.GetProperty("step").GetInt64() >= step);

    /// <summary>The events of a kind so far.</summary>
    public static IReadOnlyList<JsonElement> EventsOf(this AlexnetProcess alexnet, string kind) =>
        [.. alexnet.Events.Where(e => e.GetProperty("event").GetString() == kind)];

    /// <summary>The one generation that followed the first.</summary>
    public static (string? Source, long Step) SecondGeneration(this AlexnetProcess alexnet)
    {
        var generation = Assert.Single(alexnet.EventsOf("generation"));
        return (generation.GetProperty("source").GetString(), generation.GetProperty("step").GetInt64());
    }

    /// <summary>The process in a slot of the first generation.</summary>
    public static int WorkerProcess(this AlexnetProcess alexnet, int rank) => Worker(alexnet, rank).GetProperty("pid").GetInt32();

    /// <summary>The name of the worker in a slot of the first generation.</summary>
    public static string WorkerName(this AlexnetProcess alexnet, int rank) => Worker(alexnet, rank).GetProperty("id").GetString() ?? "";

    public static int CoordinatorProcess(string directory) => Assert.Single(Processes.WithArgument(Path.Combine(directory, "recipe.json")));

    public static string Log(string directory, string process) => Path.Combine(directory, "logs", $"{process}.log");

    /// <summary>A fault that has not struck proves nothing.</summary>
    public static void AssertFaultStruck(string directory) =>
        Assert.Contains(Directory.GetFiles(Path.Combine(directory, "logs")), log =>
            File.ReadAllText(log).Contains("Injected fault", StringComparison.Ordinal)
        );

    private static JsonElement Worker(AlexnetProcess alexnet, int rank) =>
        Assert.Single(alexnet.EventsOf("started")).GetProperty("workers")[rank];

    private static IEnumerable<string> Arguments(int replicas, int shards, IEnumerable<string> arguments) =>
        [
            "quickstart",
            "--threads",
            "1",
            "--replicas",
            replicas.ToString(CultureInfo.InvariantCulture),
            "--shards",
            shards.ToString(CultureInfo.InvariantCulture),
            .. Recipe.SelectMany(setting => new[] { "--set", setting }),
            .. arguments,
        ];
}
