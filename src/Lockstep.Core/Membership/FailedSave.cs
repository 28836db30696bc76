namespace Lockstep.Core.Membership;

/// <summary>The newest save, which has failed.</summary>
/// <param name="Step">The step that was to be saved.</param>
/// <param name="Problem">What went wrong in the newest attempt.</param>
/// <param name="First">When the first attempt at this step failed.</param>
/// <param name="Last">When the newest attempt failed.</param>
public sealed record FailedSave(long Step, string Problem, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>
    /// An attempt has failed, after this one or after none. A failure at another step, long ago, takes no time from this one's attempts.
    /// </summary>
    public static FailedSave After(FailedSave? previous, long step, string problem, DateTimeOffset now) =>
        new(step, problem, previous?.Step == step ? previous.First : now, now);
}
