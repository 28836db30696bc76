using System.Text.Json;
using Lockstep.Core.Numerics;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Launching;

namespace AlexNet.Cli.Bench;

/// <summary>
/// Measures a training's speed on this machine for each precision and layout: a short training as <c>alexnet train</c> makes it, and the
/// layers' kernels alone, with the cores divided among the workers as always.
/// </summary>
internal sealed class ComputeBench(ComputeOptions options)
{
    /// <summary>Steps that are not counted: code is compiled, memory is touched first.</summary>
    public const int WarmUp = 4;

    private const int CachedImages = 384; // so few that they are drawn once

    public async IAsyncEnumerable<ComputeRow> RunAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        foreach (var precision in options.Precisions)
        {
            foreach (var layout in options.Layouts)
                yield return await MeasureAsync(precision, layout, cancellation);
        }
    }

    private async Task<ComputeRow> MeasureAsync(Precision precision, RunTopology layout, CancellationToken cancellation)
    {
        int threads = Math.Max(1, Environment.ProcessorCount / layout.Workers);
        var steps = await TrainAsync(precision, layout, threads, cancellation);
        double step = Median.Of(steps.Select(s => Workers(s).Max(w => Milliseconds(w, "total"))));
        double kernels = await KernelsAsync(precision, layout, threads, cancellation);
        return new(
            Name(precision),
            $"{layout.Replicas}x{layout.Shards}",
            threads,
            options.Batch / step * 1000,
            step,
            kernels,
            PhaseTable.Names.ToDictionary(
                phase => phase,
                phase => Median.Of(steps.Select(s => Workers(s).Average(w => Milliseconds(w, phase))))
            )
        );
    }

    private async Task<List<JsonElement>> TrainAsync(Precision precision, RunTopology layout, int threads, CancellationToken cancellation)
    {
        string directory = Directory.CreateTempSubdirectory("alexnet-compute-").FullName;
        try
        {
            var lines = await AlexnetLines.RunAsync(
                threads,
                [
                    "train",
                    options.RecipeName,
                    "--data",
                    "generated",
                    "--batch",
                    $"{options.Batch}",
                    "--steps",
                    $"{WarmUp + options.Steps}",
                    "--epochs",
                    "1000000",
                    "--replicas",
                    $"{layout.Replicas}",
                    "--shards",
                    $"{layout.Shards}",
                    "--threads",
                    $"{threads}",
                    "--precision",
                    Name(precision),
                    "--device",
                    options.Device,
                    .. GpuSettings.Of(options.Gpu),
                    "--transport",
                    options.Transport,
                    "--run-dir",
                    directory,
                    "--max-restarts",
                    "0",
                    "--set",
                    $"data.generated.train={Math.Max(CachedImages, options.Batch)}",
                    "--set",
                    "data.generated.test=1",
                ],
                cancellation
            );
            return [.. lines.Where(l => l.GetProperty("event").GetString() == "step").Skip(WarmUp)];
        }
        finally
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<double> KernelsAsync(Precision precision, RunTopology layout, int threads, CancellationToken cancellation)
    {
        var lines = await AlexnetLines.RunAsync(
            threads,
            [
                "bench",
                "layers",
                options.RecipeName,
                "--batch",
                $"{options.Batch / layout.Replicas}",
                "--shards",
                $"{layout.Shards}",
                "--threads",
                $"{threads}",
                "--precision",
                Name(precision),
                "--device",
                options.Device,
                .. GpuSettings.Of(options.Gpu),
            ],
            cancellation
        );
        return lines.Sum(l => l.GetProperty("forward_ms").GetDouble() + l.GetProperty("backward_ms").GetDouble());
    }

    private static IEnumerable<JsonElement> Workers(JsonElement step) => step.GetProperty("phases").EnumerateArray();

    private static double Milliseconds(JsonElement worker, string phase) => 1000 * worker.GetProperty(phase).GetDouble();

    private static string Name(Precision precision) => precision.ToString().ToLowerInvariant();
}
