using Lockstep.Core.Errors;
using Lockstep.Launching;

namespace Lockstep.Tests.Launching;

public class StartPolicyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly StartFailure Refused =
            new(StartFailureKind.Ended, "ended with exit code 1 before it listened: the disk is full", ExitCodes.Failed),
        Killed = new(StartFailureKind.Killed, "ended by signal 9 before it listened", ExitCodes.Failed),
        Slow = new(StartFailureKind.Slow, "did not listen within 100 s", ExitCodes.Failed);

    [Fact]
    public void Decide_RunThatBeginsIsRefused_IsGivenUpWithTheCause()
    {
        var decision = Decide(Refused, attempt: 1, seconds: 1, isFirst: true);
        Assert.Equal(
            (null, "The coordinator ended with exit code 1 before it listened: the disk is full."),
            (decision.Again, decision.Reason)
        );
    }

    [Fact]
    public void Decide_RestartThatFails_IsTriedAgainUntilThePatienceEnds()
    {
        foreach (var failure in new[] { Refused, Killed, Slow })
        {
            Assert.NotNull(Decide(failure, attempt: 9, seconds: 99, isFirst: false).Again);
            var end = Decide(failure, attempt: 9, seconds: 101, isFirst: false);
            Assert.Null(end.Again);
            Assert.Contains(
                "could not be started again within 101 s, in 9 attempts: the last " + failure.How,
                end.Reason,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Decide_FirstStartKilledFromOutside_IsTriedAgain() =>
        Assert.NotNull(Decide(Killed, attempt: 1, seconds: 1, isFirst: true).Again);

    [Fact]
    public void Decide_FirstStartSlow_IsGivenUpWithTheOption()
    {
        var decision = Decide(Slow, attempt: 1, seconds: 100, isFirst: true);
        Assert.Null(decision.Again);
        Assert.StartsWith("The coordinator did not listen within 100 s. Look at the load", decision.Reason, StringComparison.Ordinal);
        Assert.Contains("raise --start-timeout", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_RestartSlow_IsTriedOnceMore()
    {
        Assert.NotNull(Decide(Slow, attempt: 1, seconds: 100, isFirst: false).Again);
        var end = Decide(Slow, attempt: 2, seconds: 200, isFirst: false);
        Assert.Null(end.Again);
        Assert.Contains("raise --start-timeout", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_FailuresOfOneKind_HaveOneReasonAndGrowingDelays()
    {
        var decisions = Enumerable.Range(1, 12).Select(attempt => Decide(Refused, attempt, attempt, isFirst: false)).ToList();
        Assert.Single(decisions.Select(d => d.Reason).Distinct());
        Assert.Equal(decisions.Select(d => d.Again).Order(), decisions.Select(d => d.Again));
        Assert.Equal((TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(5)), (decisions[0].Again, decisions[^1].Again));
    }

    private static StartDecision Decide(StartFailure failure, int attempt, double seconds, bool isFirst) =>
        StartPolicy.Decide(failure, attempt, TimeSpan.FromSeconds(seconds), isFirst, Patience);
}
