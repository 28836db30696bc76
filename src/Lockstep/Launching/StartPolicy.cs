using Lockstep.Core.Texts;

namespace Lockstep.Launching;

/// <summary>Decides whether a coordinator that could not start is tried again: a pure function, with its reason in a sentence.</summary>
internal static class StartPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.25),
        Longest = TimeSpan.FromSeconds(5);

    private const string Slowness = "Look at the load of this machine and at its disk, or raise --start-timeout.";

    /// <summary>
    /// The longest that all attempts together may take: one that is slow may begin at the end of the time for the others.
    /// </summary>
    public static TimeSpan Bound(TimeSpan patience) => 2 * patience + Longest;

    /// <param name="failure">The failure of the last attempt.</param>
    /// <param name="attempt">Its number, from 1.</param>
    /// <param name="since">Since the first attempt began.</param>
    /// <param name="isFirst">The run begins. What such a coordinator refuses, another would refuse too; one that was lost has been able to
    /// start, so whatever keeps the next from it may pass.</param>
    /// <param name="patience">Time for one attempt to listen, and for attempts to begin (<c>--start-timeout</c>).</param>
    public static StartDecision Decide(StartFailure failure, int attempt, TimeSpan since, bool isFirst, TimeSpan patience)
    {
        if (isFirst && failure.Kind == StartFailureKind.Ended)
            return new(null, $"The coordinator {failure.How}.");
        if (isFirst && failure.Kind == StartFailureKind.Slow)
            return new(null, $"The coordinator {failure.How}. {Slowness} Nothing was trained; the same command begins anew.");
        if (since < patience || (failure.Kind == StartFailureKind.Slow && attempt == 1))
        {
            return new(
                Delay(attempt),
                $"The coordinator {failure.How}; it is started again, for up to {patience.TotalSeconds:0} s (--start-timeout)."
            );
        }

        string remedy = failure.Kind == StartFailureKind.Slow ? $" {Slowness}" : " Remove the cause, then continue the run (--resume).";
        return new(
            null,
            $"The coordinator could not be started{(isFirst ? "" : " again")} within {since.TotalSeconds:0} s, in "
                + $"{Count.Of(attempt, "attempt")}: the last {failure.How}.{remedy}"
        );
    }

    private static TimeSpan Delay(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(attempt, 10) - 1)));
}
