using Lockstep.Core.Membership;

namespace Lockstep.Coordinator.Generations;

/// <summary>How long the coordinator waits for workers: what the user says, and what the run's own steps teach.</summary>
internal static class Patience
{
    private const double StepsToSettle = 2; // that a worker may still need to come to the end of its generation
    private const double StepsOfSilence = 20; // after which a worker is taken for hung; those that wait for it notice in half of that
    private const double DeadlinesOfSilence = 2; // at most
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstStep = TimeSpan.FromSeconds(30); // the time to settle before any step tells how long one takes

    /// <param name="options">The user's.</param>
    /// <param name="slowestStep">Seconds of the slowest of the last steps; 0 before the first.</param>
    public static MembershipOptions Of(CoordinatorOptions options, double slowestStep)
    {
        var (membership, most) = (options.Membership with { SaveTime = options.Grace }, DeadlinesOfSilence * options.Deadline);
        if (slowestStep <= 0)
            return membership with { SettleTime = FirstStep, SilenceTime = most };
        double silence = Math.Max(LeastSilence.TotalSeconds, StepsOfSilence * slowestStep);
        return membership with
        {
            SettleTime = membership.SettleTime + TimeSpan.FromSeconds(StepsToSettle * slowestStep),
            SilenceTime = TimeSpan.FromSeconds(Math.Min(most.TotalSeconds, silence)),
        };
    }
}
