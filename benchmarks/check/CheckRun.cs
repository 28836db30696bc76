using AlexNet.Benchmarks;
using Lockstep.Storage.Checkpoints;
using Lockstep.Torch.Devices;

namespace AlexNet.CheckBenchmark;

/// <summary>A short training by processes, as <c>alexnet train</c> makes it.</summary>
/// <param name="Losses">The losses of each step.</param>
/// <param name="Hashes">The hashes of the files of its last checkpoint: weights and optimiser states.</param>
internal sealed record CheckRun(IReadOnlyList<double> Losses, IReadOnlyList<string> Hashes)
{
    /// <summary>Trains, in a directory of the caller's.</summary>
    /// <param name="options">What is checked.</param>
    /// <param name="recipe">Its name.</param>
    /// <param name="layout">REPLICASxSHARDS.</param>
    /// <param name="transport">grpc, shm or nccl.</param>
    /// <param name="gpu">How a GPU computes.</param>
    /// <param name="directory">A new directory, or that of the run to continue.</param>
    /// <param name="steps">The step to train to.</param>
    /// <param name="resume">Whether to continue the run there.</param>
    /// <param name="cancellation">Cancels the training.</param>
    /// <exception cref="InvalidOperationException">It failed; the message is its own.</exception>
    public static async Task<CheckRun> TrainAsync(
        CheckOptions options,
        string recipe,
        string layout,
        string transport,
        GpuOptions gpu,
        string directory,
        int steps,
        bool resume,
        CancellationToken cancellation
    )
    {
        string[] places = layout.Split('x');
        var lines = await AlexnetProgram.RunAsync(
            options.Threads,
            [
                "train",
                recipe,
                "--data",
                "generated",
                "--precision",
                "fp32",
                "--batch",
                $"{options.Batch}",
                "--steps",
                $"{steps}",
                "--epochs",
                "1000000",
                "--replicas",
                places[0],
                "--shards",
                places[1],
                "--threads",
                $"{options.Threads}",
                "--device",
                options.Device,
                "--transport",
                transport,
                .. gpu.Deterministic ? new[] { "--deterministic" } : [],
                "--gpu-layout",
                gpu.Layout,
                "--run-dir",
                directory,
                "--max-restarts",
                "0",
                .. resume ? new[] { "--resume" } : [],
                "--set",
                $"data.generated.train={options.Batch * (CheckOptions.Steps + 1)}",
                "--set",
                "data.generated.test=1",
            ],
            cancellation
        );
        var losses = lines.Where(l => l.GetProperty("event").GetString() == "step").Select(l => l.GetProperty("loss").GetDouble());
        var manifest = new CheckpointStore(directory).NewestWhole()?.Manifest
            ?? throw new InvalidOperationException($"the run in '{directory}' left no checkpoint.");
        return new([.. losses], [.. manifest.Files.Select(f => f.Sha256)]);
    }

    /// <summary>The largest relative distance of a step's loss from that of another run.</summary>
    public double LossDistance(CheckRun other) =>
        Losses.Count != other.Losses.Count ? double.NaN : Losses.Zip(other.Losses, (a, b) => Math.Abs(a - b) / Math.Abs(b)).Max();

    public bool HasWeightsOf(CheckRun other) => Hashes.SequenceEqual(other.Hashes);
}
