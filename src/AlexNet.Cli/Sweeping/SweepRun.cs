using Lockstep.Core.Recipes;
using Lockstep.Launching;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Sweeping;

/// <summary>One training of a sweep, checked.</summary>
/// <param name="Setting">What it is trained with.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Request">All that it takes; goes on with what was begun.</param>
/// <param name="IsDone">It has ended already, in this length.</param>
internal sealed record SweepRun(SweepSetting Setting, long Seed, TrainRequest Request, bool IsDone)
{
    /// <summary>What people call it.</summary>
    public string Name => $"{Setting.Name} seed={Seed}";

    /// <summary>Its run directory.</summary>
    public string Directory => Request.RunDirectory;

    /// <summary>Whether a run has ended with its last step, in the length that is asked for.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="begun">The recipe in its directory.</param>
    public static bool HasEnded(TrainRequest request, RunRecipe begun) =>
        RecipeDifferences.OfLength(request.Recipe, begun).Count == 0 && LastStatus.TryRead(request.RunDirectory) is { State: "finished" };
}
