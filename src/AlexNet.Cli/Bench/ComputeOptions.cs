using AlexNet.Recipes;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;

namespace AlexNet.Cli.Bench;

/// <summary>What <c>alexnet bench compute</c> is asked for.</summary>
internal sealed record ComputeOptions
{
    public required Recipe Recipe { get; init; }

    /// <summary>Name or path, as the user gave it.</summary>
    public required string RecipeName { get; init; }

    /// <summary>The global batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Counted steps of each run; <see cref="ComputeBench.WarmUp"/> come before them.</summary>
    public required int Steps { get; init; }

    public required IReadOnlyList<Precision> Precisions { get; init; }

    public required IReadOnlyList<RunTopology> Layouts { get; init; }

    /// <summary>auto, cpu or cuda.</summary>
    public required string Device { get; init; }

    /// <summary>How a GPU computes.</summary>
    public GpuOptions Gpu { get; init; } = new();

    /// <summary>auto, grpc or shm.</summary>
    public string Transport { get; init; } = "auto";
}
