using System.Text.Json.Serialization;
using Lockstep.Core.Metrics;

namespace Lockstep.Core.Status;

/// <summary>How far a run has come, and how well it does; what is not known yet is null.</summary>
public sealed record ProgressStatus
{
    /// <summary>Updates done.</summary>
    public required long Step { get; init; }

    /// <summary>The number of steps of the whole run.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>In progress, counted from 1.</summary>
    public int? Epoch { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The share of the run's steps, 0 to 1.</summary>
    public double? Share { get; init; }

    /// <summary>As long as it trains, evaluations included.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>Over the last 20 steps, evaluations left out.</summary>
    public double? SamplesPerSecond { get; init; }

    /// <summary>The loss of the last step.</summary>
    public double? Loss { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public double? Rate { get; init; }

    /// <summary>What the last evaluation measured.</summary>
    public MetricValues Metrics { get; init; } = MetricValues.None;

    /// <summary>The name of the metric that decides which checkpoint is the best.</summary>
    public string Objective { get; init; } = MetricNames.Top1;

    /// <summary>Its best value of all evaluations.</summary>
    public double? Best { get; init; }

    /// <summary>Its value at the last evaluation.</summary>
    [JsonIgnore]
    public double? Current => Metrics[Objective];
}
