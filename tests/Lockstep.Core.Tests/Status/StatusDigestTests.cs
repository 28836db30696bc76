using Lockstep.Core.Status;

namespace Lockstep.Core.Tests.Status;

/// <summary>After a loss each thing is told once.</summary>
public class StatusDigestTests
{
    private static readonly WorkerStatus Gone = Statuses.Full.Workers[1];

    [Fact]
    public void Troubles_AWorkerThatIsGone_IsToldUntilAnotherHasItsSlot()
    {
        Assert.Equal([Gone], StatusDigest.Troubles(Statuses.Full));
        Assert.Empty(
            StatusDigest.Troubles(
                Statuses.Full with
                {
                    Workers = [.. Statuses.Full.Workers, Statuses.Worker("w2", 1, WorkerHealth.Joining, "It reads its data.")],
                }
            )
        );
        Assert.Empty(StatusDigest.Troubles(Statuses.Full with { IsOver = true }));
    }

    [Fact]
    public void WhyOf_AMessageThatNamesTheWorker_IsASentenceThatDoesNot()
    {
        Assert.Equal("It was lost during backward 1 of step 52: connection lost.", StatusDigest.WhyOf(Gone, Statuses.Full));
        Assert.Equal("It says nothing.", StatusDigest.WhyOf(Gone with { Why = "It says nothing." }, Statuses.Full));
    }

    [Fact]
    public void WhyOf_WhatTheRunsReasonSays_IsNotToldAgain()
    {
        // a message, not yet a sentence
        var settling = Statuses.Full with { State = "settling", Reason = Statuses.Loss[..1].ToLowerInvariant() + Statuses.Loss[1..^1] };
        Assert.Empty(StatusDigest.WhyOf(Gone, settling));
        Assert.Empty(StatusDigest.ReasonOf(settling.Events[0], settling));
    }

    [Fact]
    public void ReasonOf_AnEvent_IsToldWhereNothingAboveSaysIt()
    {
        Assert.Empty(StatusDigest.ReasonOf(Statuses.Full.Events[0], Statuses.Full)); // the worker in trouble says it
        Assert.Equal(Statuses.Loss, StatusDigest.ReasonOf(Statuses.Full.Events[0], Statuses.Full with { IsOver = true }));
    }
}
