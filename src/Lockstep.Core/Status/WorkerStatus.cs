namespace Lockstep.Core.Status;

/// <summary>One worker of a run; what is not known yet is null.</summary>
public sealed record WorkerStatus
{
    /// <summary>The name it joined with.</summary>
    public required string Id { get; init; }

    public int? Replica { get; init; }

    public int? Shard { get; init; }

    public required string Host { get; init; }

    public required int ProcessId { get; init; }

    /// <summary>cpu, cuda:0, ...</summary>
    public string? Device { get; init; }

    public required WorkerHealth Health { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Why { get; init; }

    /// <summary>The last step that it reported; 0 before the first.</summary>
    public long LastStep { get; init; }

    /// <summary>What it told last.</summary>
    public string? LastMessage { get; init; }

    /// <summary>Seconds since then; for one that has gone, since it went.</summary>
    public double? LastMessageSeconds { get; init; }

    /// <summary>Over its last steps.</summary>
    public double? SamplesPerSecond { get; init; }

    /// <summary>Mean of its last steps.</summary>
    public double? StepSeconds { get; init; }

    /// <summary>Its own time in the last steps as a multiple of the median worker's.</summary>
    public double? StragglerScore { get; init; }

    /// <summary>Shares of its last steps' time by phase (load, forward, exchange, backward, reduce, vote, update), 0 to 1.</summary>
    public IReadOnlyList<PhaseShare> Phases { get; init; } = [];
}

/// <summary>A phase's part of a worker's last steps.</summary>
/// <param name="Phase">Its name.</param>
/// <param name="Share">0 to 1.</param>
public sealed record PhaseShare(string Phase, double Share);
