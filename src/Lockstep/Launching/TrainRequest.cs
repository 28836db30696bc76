using Lockstep.Certificates;
using Lockstep.Core.Plans;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Objects;
using Lockstep.Torch.Devices;

namespace Lockstep.Launching;

/// <summary>The training that a user asks for on this machine, checked and complete.</summary>
internal sealed record TrainRequest
{
    public required RunRecipe Recipe { get; init; }

    /// <summary>The programs of its processes.</summary>
    public required RunPrograms Programs { get; init; }

    /// <summary>Bytes of main memory that a worker needs.</summary>
    public required double WorkerBytes { get; init; }

    /// <summary>Bytes that a worker needs which stands by.</summary>
    public required double SpareBytes { get; init; }

    /// <summary>Full path.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The address in object storage where the run is kept; null where it stays in its directory.</summary>
    public ObjectAddress? Remote { get; init; }

    /// <summary>What a user calls the run.</summary>
    public string RunName => Remote?.ToString() ?? RunDirectory;

    /// <summary>The threads of each worker.</summary>
    public required int Threads { get; init; }

    public required string Device { get; init; }

    /// <summary>The arithmetic runs on the CPU, as far as can be told.</summary>
    public bool OnCpu { get; init; } = true;

    /// <summary>How a GPU computes.</summary>
    public GpuOptions Gpu { get; init; } = new();

    /// <summary>auto, grpc or shm.</summary>
    public required string Transport { get; init; }

    /// <summary>Writes the weights that a new run begins with; null where it begins with random numbers, or is no new one.</summary>
    public WeightsToBegin? Weights { get; init; }

    /// <summary>Steps, counted from 0, whose weights and gradients are written to the run directory.</summary>
    public IReadOnlyList<long> DumpedSteps { get; init; } = [];

    /// <summary>The same as a worker takes them; null for none.</summary>
    public string? DumpSteps => DumpedSteps.Count > 0 ? string.Join(',', DumpedSteps) : null;

    public required double DeadlineSeconds { get; init; }

    /// <summary>Go on with the run that the directory holds.</summary>
    public bool Resume { get; init; }

    /// <summary>Losses of processes after which the run goes on.</summary>
    public required int MostRestarts { get; init; }

    /// <summary>Whether another worker keeps each part of the net that exists once.</summary>
    public Protection Protection { get; init; }

    /// <summary>Workers that stand by, with the data read, to take a lost one's place at once.</summary>
    public required int Spares { get; init; }

    /// <summary>The fewest replicas that may train while a replacement is missing.</summary>
    public required int LeastReplicas { get; init; }

    /// <summary>Seconds that the run has to stop and save when it is interrupted.</summary>
    public required double GraceSeconds { get; init; }

    /// <summary>For the coordinator to listen, each time that it is started.</summary>
    public required TimeSpan StartTimeout { get; init; }

    /// <summary>0 for a free one.</summary>
    public required int CoordinatorPort { get; init; }

    /// <summary>0 for free ones.</summary>
    public required int MetricsPort { get; init; }

    /// <summary>The processes talk over mutual TLS with these; null for plain connections of the loopback address.</summary>
    public CertificateFolder? Certificates { get; init; }

    /// <summary>Draw learning curves and filters at the end.</summary>
    public bool Pictures { get; init; } = true;

    public required OutputKind Output { get; init; }

    /// <summary>What can be done with the run when it has ended; sentences with a command each.</summary>
    public IReadOnlyList<string> Farewell { get; init; } = [];

    /// <summary>What whoever asks for it should know before it begins; sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public RunTopology Topology => new(Recipe.Layout.Replicas, Recipe.Layout.Shards);
}
