namespace Lockstep.Core.Recipes;

/// <summary>When a run saves itself; it always does at its end.</summary>
public sealed record CheckpointRecipe
{
    /// <summary>Save after every so many steps; null for not by steps.</summary>
    [NumberRange(AtLeast = 1)]
    public long? EverySteps { get; init; }

    /// <summary>Save when the last save began so many minutes ago; null for not by time.</summary>
    [NumberRange(Above = 0)]
    public double? EveryMinutes { get; init; } = 10;

    /// <summary>Save after each evaluation that is better than all before.</summary>
    public bool Best { get; init; } = true;

    /// <summary>How many of the newest checkpoints are kept; the best is kept besides.</summary>
    [NumberRange(AtLeast = 1)]
    public int Keep { get; init; } = 3;
}
