using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Launching;
using Lockstep.Storage.Checkpoints;

namespace AlexNet.Cli.Sweeping;

/// <summary>One training of a sweep, checked.</summary>
/// <param name="Setting">What it is trained with.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Request">All that it takes; goes on with what was begun.</param>
/// <param name="IsDone">It has ended before, in this length.</param>
internal sealed record SweepRun(SweepSetting Setting, long Seed, TrainRequest Request, bool IsDone)
{
    /// <summary>What people call it.</summary>
    public string Name => $"{Setting.Name} seed={Seed}";

    /// <summary>Its run directory.</summary>
    public string Directory => Request.RunDirectory;

    /// <summary>Whether a run has made all of its steps, or stopped early by its own rule; one that was interrupted has not.</summary>
    /// <param name="recipe">The recipe with the length that is asked for.</param>
    /// <param name="newest">The manifest of the run's newest checkpoint; null where it has none.</param>
    public static bool HasEnded(RunRecipe recipe, Manifest? newest) =>
        newest?.Data is { } data
        && StepPlan.Of(recipe, data.TrainSamples) is var steps
        && (newest.Step == steps.TotalSteps || EarlyStop.Reason(recipe, steps, newest.Step, newest.Evaluations) is not null);
}
