using Lockstep.Core.Membership;

namespace Lockstep.Coordinator.Generations;

/// <summary>How long the coordinator waits for workers: what the user says, and what the run's own steps teach.</summary>
internal static class Patience
{
    /// <param name="options">The user's.</param>
    /// <param name="slowestStep">Seconds of the slowest of the last steps; 0 before the first.</param>
    public static MembershipOptions Of(CoordinatorOptions options, double slowestStep)
    {
        var times = options.Timings;
        var (membership, most) = (options.Membership with { SaveTime = options.Grace }, times.SilenceDeadlines * times.Deadline);
        if (slowestStep <= 0)
            return membership with { SettleTime = times.FirstSettleTime, SilenceTime = most };
        double silence = Math.Max(times.SilenceLeast.TotalSeconds, times.SilenceSteps * slowestStep);
        return membership with
        {
            SettleTime = membership.SettleTime + TimeSpan.FromSeconds(times.SettleSteps * slowestStep),
            SilenceTime = TimeSpan.FromSeconds(Math.Min(most.TotalSeconds, silence)),
        };
    }
}
