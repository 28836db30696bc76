using System.Text.Json.Serialization;
using Lockstep.Core.Runs;

namespace Lockstep.Core.Status;

/// <summary>
/// A run at one moment, for people and programs that look after it: what the status page shows, <c>/api/status</c> answers, and <c>alexnet
/// status</c> prints. The names are contract; docs/operations.md lists them as JSON.
/// </summary>
public sealed record RunStatus
{
    /// <summary>The time of this look at it.</summary>
    public required DateTimeOffset Time { get; init; }

    public required string RunId { get; init; }

    /// <summary>Name of the recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>What people call one sample of it, such as image.</summary>
    public string SampleNoun { get; init; } = "sample";

    /// <summary>What a speed of it counts, such as images/s.</summary>
    [JsonIgnore]
    public string SpeedUnit => $"{SampleNoun}s/s";

    /// <summary>The version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>waiting, forming, running, settling, draining, finished or failed.</summary>
    public required string State { get; init; }

    /// <summary>Why it is in that state, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Seconds for which it has been in that state.</summary>
    public required double StateSeconds { get; init; }

    /// <summary>No state follows.</summary>
    public required bool IsOver { get; init; }

    /// <summary>Starts of a coordinator of this run.</summary>
    public required long Term { get; init; }

    /// <summary>The generation in force; 0 before the first.</summary>
    public required long Generation { get; init; }

    /// <summary>Losses after which it went on.</summary>
    public required int Restarts { get; init; }

    /// <summary>Losses after which it goes on at most.</summary>
    public required int MostRestarts { get; init; }

    /// <summary>Replicas that the layout asks for.</summary>
    public required int Replicas { get; init; }

    /// <summary>Shards of each.</summary>
    public required int Shards { get; init; }

    /// <summary>Where its files are, on the coordinator's machine.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>What was asked for and is still to happen, in a sentence; null for nothing.</summary>
    public string? Pending { get; init; }

    public required ProgressStatus Progress { get; init; }

    /// <summary>Those of the generation in force in the order of their slots, then others, then those that have gone.</summary>
    public required IReadOnlyList<WorkerStatus> Workers { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<EventStatus> Events { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<CheckpointStatus> Checkpoints { get; init; }

    public required CurvesStatus Curves { get; init; }

    /// <summary>What the run's time went to, over all restarts; null in a run that ended before 2026-12-03.</summary>
    public Goodput? Goodput { get; init; }
}
