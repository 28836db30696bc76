using System.Globalization;
using System.Text.Json;
using AlexNet.Cli.Bench;
using AlexNet.Recipes;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Numerics;
using Lockstep.Torch.Devices;
using Times = System.Collections.Generic.Dictionary<string, (double Forward, double Backward)>;

namespace AlexNet.Cli.Planning;

/// <summary>
/// Measures this machine for the planner: the layers' kernels for few and for many samples, with all cores, and what two workers send each
/// other in a run of a few steps. Both are other runs of this program, as workers are started. Layers are measured in rounds, of which the
/// fastest counts: what else a machine does for some seconds only adds. Takes about a minute.
/// </summary>
internal static class MachineProbe
{
    private const int Few = 4,
        LeastMany = 8,
        MostMany = 32,
        Repetitions = 3,
        Rounds = 3,
        Steps = 8;
    private const double Latency = 100e-6; // of shared memory and a thread that wakes

    /// <param name="recipeName">Name or path.</param>
    /// <param name="recipe">The same, loaded.</param>
    /// <param name="device">auto, cpu or cuda.</param>
    /// <param name="cancellation">Cancels the measurement.</param>
    public static async Task<MachineModel> MeasureAsync(string recipeName, Recipe recipe, string device, CancellationToken cancellation)
    {
        int many = Math.Clamp(recipe.GlobalBatch / 4, LeastMany, MostMany);
        var rounds = new List<(Times Few, Times Many)>();
        for (int round = 0; round < Rounds; round++)
        {
            rounds.Add(
                (
                    await LayersAsync(recipeName, recipe, Few, device, cancellation),
                    await LayersAsync(recipeName, recipe, many, device, cancellation)
                )
            );
        }

        var (few, more) = (Fastest(rounds.Select(r => r.Few)), Fastest(rounds.Select(r => r.Many)));
        var net = NetShape.Of(recipe);
        var (bytesPerSecond, flopsPerSecond, vote) = await LinkAsync(device, cancellation);
        // of two workers at once, where they share a processor
        double sent = DeviceChoice.IsCpu(device) ? 2 * bytesPerSecond : bytesPerSecond;
        return new MachineModel
        {
            DeviceRate = flopsPerSecond,
            Recipe = recipe.Name,
            Layers = [.. net.Layers.Select(l => LayerCost.Through(l.Name, At(Few, few[l.Name]), At(many, more[l.Name])))],
            SharesDevice = DeviceChoice.IsCpu(device),
            UpdateSeconds = more["update"].Forward / net.Parameters,
            Local = new(sent, Latency),
            Network = new(sent, Latency),
            StepOverhead = vote,
        };
    }

    private static async Task<Times> LayersAsync(string name, Recipe recipe, int batch, string device, CancellationToken cancellation)
    {
        var lines = await AlexnetLines.RunAsync(
            Environment.ProcessorCount,
            [
                "bench",
                "layers",
                name,
                "--batch",
                Text(batch),
                "--repetitions",
                Text(Repetitions),
                "--precision",
                recipe.Training.Precision.ToString().ToLowerInvariant(),
                "--device",
                device,
            ],
            cancellation
        );
        return lines.ToDictionary(
            l => l.GetProperty("layer").GetString() ?? "",
            l => (Seconds(l, "forward_ms"), Seconds(l, "backward_ms"))
        );
    }

    private static async Task<(double BytesPerSecond, double FlopsPerSecond, double Vote)> LinkAsync(
        string device,
        CancellationToken cancellation
    )
    {
        string directory = Directory.CreateTempSubdirectory("alexnet-machine-").FullName;
        try
        {
            var lines = await AlexnetLines.RunAsync(
                1,
                [
                    "train",
                    "quickstart",
                    "--data",
                    "generated",
                    "--replicas",
                    "2",
                    "--shards",
                    "1",
                    "--batch",
                    "16",
                    "--steps",
                    Text(Steps),
                    "--device",
                    device,
                    "--run-dir",
                    directory,
                    "--max-restarts",
                    "0",
                    "--no-pictures",
                    "--set",
                    "data.generated.train=400",
                    "--set",
                    "data.generated.test=1",
                ],
                cancellation
            );
            var speed = lines.First(l => Event(l) == "started").GetProperty("speed");
            var votes = lines
                .Where(l => Event(l) == "step")
                .Select(l => l.GetProperty("phases").EnumerateArray().Min(p => p.GetProperty("vote").GetDouble()));
            return (speed.GetProperty("bytes_per_second").GetDouble(), speed.GetProperty("flops_per_second").GetDouble(), Median.Of(votes));
        }
        finally
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    private static Times Fastest(IEnumerable<Times> rounds) =>
        rounds
            .SelectMany(r => r)
            .GroupBy(layer => layer.Key)
            .ToDictionary(layer => layer.Key, layer => (layer.Min(t => t.Value.Forward), layer.Min(t => t.Value.Backward)));

    private static (int, double, double) At(int samples, (double Forward, double Backward) seconds) =>
        (samples, seconds.Forward, seconds.Backward);

    private static string? Event(JsonElement line) => line.GetProperty("event").GetString();

    private static double Seconds(JsonElement line, string name) => line.GetProperty(name).GetDouble() / 1000;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
