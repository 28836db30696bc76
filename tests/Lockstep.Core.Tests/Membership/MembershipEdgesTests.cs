using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Tests.Membership;

/// <summary>
/// The edges of each line of the policy: the moment at which a wait ends, the code with which a run fails, and what is told.
/// </summary>
public class MembershipEdgesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MembershipOptions Options = new(new RunTopology(1, 2), TimeSpan.FromSeconds(60)) { MostRestarts = 1 };
    private static readonly MembershipOptions WithoutRestarts = Options with { MostRestarts = 0 };

    [Fact]
    public void Wait_UntilTheJoinTimeout_FailsAtThatMomentAndSaysWhoIsThere()
    {
        Assert.Equal(RunState.Waiting, At(59.9, RunState.Waiting, Options).Next);

        var failed = At(60, RunState.Waiting, Options);

        Assert.Equal((RunState.Failed, ExitCodes.Failed), (failed.Next, failed.ExitCode));
        Assert.Contains("there: none", failed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WorkerStage.Lost)]
    [InlineData(WorkerStage.Failed)]
    public void Wait_WithAWorkerThatIsGone_FailsWhereNoRestartIsLeft(WorkerStage stage)
    {
        var failed = At(0, RunState.Waiting, WithoutRestarts, Worker("w0", stage));

        Assert.Equal((RunState.Failed, ExitCodes.Failed), (failed.Next, failed.ExitCode));
        Assert.Equal(RunState.Waiting, At(0, RunState.Waiting, Options, Worker("w0", stage)).Next);
        Assert.Equal(RunState.Waiting, At(0, RunState.Waiting, WithoutRestarts, Worker("w0", WorkerStage.Joined)).Next);
    }

    [Fact]
    public void Wait_ForOneWorkerOrTwo_SaysSoInTheRightNumber()
    {
        var one = At(0, RunState.Waiting, new(new RunTopology(1, 1), TimeSpan.FromSeconds(60)), Worker("w0", WorkerStage.Loaded));
        var three = At(0, RunState.Waiting, Options, [.. Enumerable.Range(0, 3).Select(i => Worker($"w{i}", WorkerStage.Loaded))]);

        Assert.Equal((RunState.Forming, "The worker has joined and read its data."), (one.Next, one.Reason));
        Assert.Equal((RunState.Forming, 1), (three.Next, three.Replicas)); // the third stands by
        Assert.Equal("All 2 workers have joined and read the same data.", three.Reason);
    }

    [Fact]
    public void Wait_OfAnElasticRun_NeedsTheFewestReplicasThatMayTrain()
    {
        var elastic = new MembershipOptions(new RunTopology(3, 1), TimeSpan.FromSeconds(60)) { LeastReplicas = 2, MostRestarts = 1 };
        WorkerSnapshot[] two = [Worker("w0", WorkerStage.Loaded), Worker("w1", WorkerStage.Loaded)];

        Assert.Equal((RunState.Forming, 2), (At(10, RunState.Waiting, elastic, two).Next, At(10, RunState.Waiting, elastic, two).Replicas));
        Assert.Equal(RunState.Waiting, At(10, RunState.Waiting, elastic, two[..1]).Next);
        Assert.Equal(RunState.Waiting, At(10, RunState.Waiting, elastic with { LeastReplicas = 3 }, two).Next); // it is not elastic
    }

    [Fact]
    public void Form_UntilTheJoinTimeout_FailsAtThatMoment()
    {
        WorkerSnapshot[] workers = [Member(0, WorkerStage.Ready), Member(1, WorkerStage.Loaded)];

        Assert.Equal((RunState.Forming, "1 worker is not connected yet."), Outcome(At(59.9, RunState.Forming, Options, workers)));
        var failed = At(60, RunState.Forming, Options, workers);
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (failed.Next, failed.ExitCode));
    }

    [Fact]
    public void Form_OfWorkersThatAreReady_SaysSoInTheRightNumber()
    {
        Assert.Equal(
            (RunState.Running, "All 2 workers are connected to each other."),
            Outcome(At(0, RunState.Forming, Options, Member(0, WorkerStage.Ready), Member(1, WorkerStage.Ready)))
        );
        Assert.Equal(
            (RunState.Running, "The worker is ready."),
            Outcome(At(0, RunState.Forming, Options, Member(0, WorkerStage.Ready), Worker("spare", WorkerStage.Loaded)))
        );
    }

    /// <summary>Whoever connects to the others has the time to join for that, whatever the silence.</summary>
    [Fact]
    public void Form_WithASilentWorker_GoesOn() =>
        Assert.Equal(
            RunState.Forming,
            At(
                50,
                RunState.Forming,
                Options with
                {
                    SilenceTime = TimeSpan.FromSeconds(10),
                },
                Member(0, WorkerStage.Ready),
                Member(1, WorkerStage.Loaded)
            ).Next
        );

    [Theory]
    [InlineData(RunState.Forming)]
    [InlineData(RunState.Running)]
    [InlineData(RunState.Draining)]
    public void Generation_OfWhichNobodyIsLeft_IsSettled(RunState state) =>
        Assert.Equal(
            (RunState.Settling, "No worker of the generation is left."),
            Outcome(At(0, state, Options, Worker("spare", WorkerStage.Loaded)))
        );

    [Theory]
    [InlineData(null, 0, true)] // before the first generation every worker is one of the run's
    [InlineData(null, 1, false)] // later a spare one is replaced
    [InlineData(1, 1, true)]
    public void Fatal_ErrorOfAWorker_EndsTheRunWhereItHasAPartInIt(int? rank, long generation, bool ends)
    {
        var fatal = Worker("w1", WorkerStage.Failed) with { Rank = rank, IsFatal = true, ExitCode = 4, Problem = "too large" };
        var state = Snapshot(RunState.Waiting, Worker("w0", WorkerStage.Loaded), fatal) with { Generation = generation };

        Assert.Equal(ends ? RunState.Failed : RunState.Waiting, MembershipPolicy.Decide(Start, state, Options).Next);
        var harmless = state with { Workers = [fatal with { IsFatal = false }] };
        Assert.Equal(RunState.Waiting, MembershipPolicy.Decide(Start, harmless, Options).Next);
    }

    [Fact]
    public void Run_WithAFinishedWorkerThatIsSilent_GoesOn() =>
        Assert.Equal(
            RunState.Running,
            At(
                500,
                RunState.Running,
                Options,
                Member(0, WorkerStage.Finished),
                Member(1, WorkerStage.Ready) with
                {
                    Heard = Start.AddSeconds(499),
                }
            ).Next
        );

    [Theory]
    [InlineData(WorkerStage.Joined)]
    [InlineData(WorkerStage.Loaded)]
    [InlineData(WorkerStage.Ready)]
    public void Run_WithASilentWorker_MissesItWhateverItsStage(WorkerStage stage) =>
        Assert.Equal(
            RunState.Settling,
            At(121, RunState.Running, Options, Member(0, stage), Member(1, WorkerStage.Ready) with { Heard = Start.AddSeconds(120) }).Next
        );

    [Fact]
    public void Run_WithAllReplicas_TakesNobodyMoreIn()
    {
        WorkerSnapshot[] workers =
        [
            Member(0, WorkerStage.Ready),
            Member(1, WorkerStage.Ready),
            Worker("w2", WorkerStage.Loaded),
            Worker("w3", WorkerStage.Loaded),
        ];

        var whole = Snapshot(RunState.Running, workers) with { Replicas = 1 };

        Assert.Equal(RunState.Running, MembershipPolicy.Decide(Start, whole, Options).Next);
    }

    [Fact]
    public void Drain_WithOneThatHadFinished_EndsOnceItIsSaved()
    {
        var drained = Snapshot(RunState.Draining, Member(0, WorkerStage.Drained), Member(1, WorkerStage.Finished));

        var decision = MembershipPolicy.Decide(Start, drained, Options);

        Assert.Equal((RunState.Finished, ExitCodes.Interrupted), (decision.Next, decision.ExitCode));
        Assert.Equal(
            "1 worker has not stopped and saved yet.",
            At(0, RunState.Draining, Options, Member(0, WorkerStage.Drained), Member(1, WorkerStage.Ready)).Reason
        );
    }

    [Fact]
    public void Settle_OnTheWayToABorder_HasTheTimeToJoin()
    {
        WorkerSnapshot[] workers = [Stopped(0), Member(1, WorkerStage.Ready)];
        Assert.Equal((RunState.Settling, "1 worker has not reported yet."), Outcome(At(59.9, RunState.Settling, Options, workers)));

        var late = At(60, RunState.Settling, Options, workers);

        Assert.Equal((RunState.Waiting, "w1", RestartCause.Hung), (late.Next, late.Missed, late.Cause));
        Assert.Contains("did not report within 60 s", late.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Settle_AfterALoss_HasTheTimeToSettle()
    {
        WorkerSnapshot[] workers = [Member(0, WorkerStage.Ready), Member(1, WorkerStage.Lost)];

        Assert.Equal(RunState.Settling, At(2.9, RunState.Settling, Options, workers).Next);
        Assert.Equal(
            (RunState.Waiting, "w1"),
            (At(3, RunState.Settling, Options, workers).Next, At(3, RunState.Settling, Options, workers).Missed)
        );
    }

    [Fact]
    public void Settle_WithOneThatMustComeBack_HasTheTimeToReturn()
    {
        WorkerSnapshot[] workers = [Stopped(0), Member(1, WorkerStage.Away)];
        Assert.Equal(RunState.Settling, At(44.9, RunState.Settling, Options, workers).Next);

        var late = At(45, RunState.Settling, Options, workers);

        Assert.Equal((RunState.Waiting, "w1", RestartCause.Lost), (late.Next, late.Missed, late.Cause));
        Assert.EndsWith("was lost before its first step: it did not come back.", late.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Settle_WithFewFinishedAtABorder_WaitsForTheOthers()
    {
        var some = Snapshot(RunState.Settling, Member(0, WorkerStage.Finished), Member(1, WorkerStage.Ready)) with { EndsAtBorder = true };

        Assert.Equal(RunState.Settling, MembershipPolicy.Decide(Start, some, Options).Next);
    }

    [Fact]
    public void Loss_ThatSeveralHaveNoticed_IsToldInTheWordsOfTheLowestRank()
    {
        var first = Stopped(0) with { Blames = 1, Problem = "in the words of w0" };
        var third = Stopped(2) with { Blames = 1, Problem = "in the words of w2" };

        Assert.Equal("in the words of w0", At(0, RunState.Settling, Options, third, Member(1, WorkerStage.Lost), first).Reason);
    }

    private static Decision At(double seconds, RunState state, MembershipOptions options, params WorkerSnapshot[] workers) =>
        MembershipPolicy.Decide(Start.AddSeconds(seconds), Snapshot(state, workers), options);

    private static MembershipSnapshot Snapshot(RunState state, params WorkerSnapshot[] workers) => new(state, Start, workers);

    private static (RunState Next, string Reason) Outcome(Decision decision) => (decision.Next, decision.Reason);

    private static WorkerSnapshot Worker(string id, WorkerStage stage) =>
        new(id, "host", 1, "http://host:1", stage) { Fingerprint = "same" };

    private static WorkerSnapshot Member(int rank, WorkerStage stage) => Worker($"w{rank}", stage) with { Rank = rank, Heard = Start };

    private static WorkerSnapshot Stopped(int rank) => Member(rank, WorkerStage.Stopped);
}
