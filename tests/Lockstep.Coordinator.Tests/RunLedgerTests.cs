using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Coordinator.Recording;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Plans;
using Lockstep.Core.Runs;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Objects.Runs;

namespace Lockstep.Coordinator.Tests;

public sealed class RunLedgerTests : IDisposable
{
    private readonly RunDirectory _run = new();

    [Fact]
    public void Term_EachStart_IsOneHigher()
    {
        for (int term = 1; term <= 3; term++)
        {
            using var ledger = new RunLedger(_run.Options());
            Assert.Equal(term, ledger.Term);
        }
    }

    [Fact]
    public void Announce_ReadByTheNextCoordinator_IsTheSamePlan()
    {
        var plan = new Plan(
            "run",
            3,
            new RunTopology(2, 1),
            [new(0, new Slot(0, 0), "w0", "host", 11, "http://host:1"), new(1, new Slot(1, 0), "w4", "host", 12, "http://host:2")],
            17,
            TimeSpan.FromSeconds(5)
        )
        {
            Donors = [0, 0],
            EvaluateFirst = true,
        };
        using (var ledger = new RunLedger(_run.Options()))
        {
            Assert.Null(ledger.RunId);
            Assert.Null(ledger.Generation);
            ledger.Begin("run", drain: false);
            ledger.Announce(plan, "secret of peers", restarts: 2);
        }
        using var next = new RunLedger(_run.Options());
        Assert.Equal(("run", 2, null), (next.RunId, next.Restarts, next.End));
        Assert.Equal("secret of peers", next.Generation?.PeerToken);
        Assert.Equivalent(plan, next.Generation?.Plan, strict: true);
    }

    /// <summary>An engine starts the coordinator with auto, whatever it ended with; somebody who asks has removed the cause.</summary>
    [Theory]
    [InlineData("auto", false)]
    [InlineData("true", true)]
    public void IsResumed_AfterTheRunFailedAgain_IfSomebodyAsks(string resume, bool isResumed)
    {
        var mark = new FailureMark(17, "the loss is not finite");
        using (var ledger = new RunLedger(_run.Options()))
        {
            ledger.Begin("run", drain: false);
            ledger.Close(new Decision(RunState.Failed, "It failed again.", ExitCodes.FailedAgain) { Fault = mark });
        }
        using var next = new RunLedger(_run.Options("--resume", resume));
        Assert.Equal((isResumed, mark), (next.IsResumed, next.End?.Fault));
    }

    [Fact]
    public void Copy_ReadOnAnotherMachine_GoesOnWithoutPlanAndSecret()
    {
        using (var ledger = new RunLedger(InBucket(_run.Path)))
        {
            ledger.Begin("run", drain: false, hold: true);
            ledger.Announce(Small, "secret of peers", restarts: 2);
            ledger.Start(1);
            string copy = JsonSerializer.Serialize(ledger.Copy());
            Assert.DoesNotContain("secret", copy, StringComparison.Ordinal);
            Directory.CreateDirectory(_run.Path + "-elsewhere");
            File.WriteAllText(Path.Combine(_run.Path + "-elsewhere", RemoteRun.Ledger), copy);
        }

        using var next = new RunLedger(InBucket(_run.Path + "-elsewhere"));
        Assert.Equal(("run", 2L, 2, true), (next.RunId, next.Term, next.Restarts, next.IsHeld));
        Assert.True(next.IsResumed);
        Assert.Null(next.Generation);
    }

    [Fact]
    public void Begin_AfterTheEnd_GoesOn()
    {
        using var ledger = new RunLedger(_run.Options());
        ledger.Begin("run", drain: false);
        ledger.Start(3);
        ledger.AskToDrain();
        var end = new Decision(RunState.Finished, "It was ended.", ExitCodes.Interrupted);
        ledger.Close(end);
        Assert.Equal((end, 3, true), (ledger.End, ledger.Started, ledger.IsDrainAsked));
        ledger.Begin("run", drain: false);
        Assert.Equal((null, 0, false), (ledger.End, ledger.Started, ledger.IsDrainAsked));
    }

    /// <summary>What an operator has ended does not go on by itself; when somebody asks, it does, and is then like any other.</summary>
    [Fact]
    public void IsResumed_AfterAnOperatorsWish_WaitsUntilSomebodyAsks()
    {
        using (var ledger = new RunLedger(_run.Options()))
        {
            ledger.Begin("run", drain: false);
            ledger.AskToDrain(hold: true);
            ledger.Close(new Decision(RunState.Finished, "It was ended.", ExitCodes.Interrupted), hold: true);
        }

        using (var engine = new RunLedger(_run.Options() with { ResumesAsNeeded = true }))
            Assert.Equal((true, false), (engine.IsHeld, engine.IsResumed));
        using (var asked = new RunLedger(_run.Options() with { Resume = true }))
        {
            Assert.True(asked.IsResumed);
            asked.Begin("run", drain: false);
            asked.Close(new Decision(RunState.Finished, "It was ended.", ExitCodes.Interrupted));
        }

        using var again = new RunLedger(_run.Options() with { ResumesAsNeeded = true });
        Assert.Equal((false, true), (again.IsHeld, again.IsResumed));
    }

    /// <summary>
    /// A coordinator that resumes a run is lost before its workers have joined: the plan that it has found is from before the end, and
    /// nobody comes back to it.
    /// </summary>
    [Fact]
    public void IsResumed_AfterACoordinatorThatResumedAndWasLostBeforeItsFirstGeneration_StaysSo()
    {
        var plan = new Plan(
            "run",
            3,
            new RunTopology(1, 1),
            [new(0, new Slot(0, 0), "w0", "host", 11, "http://host:1")],
            17,
            TimeSpan.FromSeconds(5)
        );
        using (var first = new RunLedger(_run.Options()))
        {
            first.Begin("run", drain: false);
            first.Announce(plan, "secret", restarts: 2);
            first.Close(new Decision(RunState.Finished, "It was ended.", ExitCodes.Interrupted));
        }
        using (var resumed = new RunLedger(_run.Options(resume: true)))
            resumed.Begin("run", drain: false);
        using (var second = new RunLedger(_run.Options()))
        {
            Assert.True(second.IsResumed);
            second.Begin("run", drain: true);
        }
        using (var third = new RunLedger(_run.Options()))
        {
            Assert.Equal((true, true), (third.IsResumed, third.IsDrainAsked));
            third.Announce(plan with { Generation = 4 }, "secret", restarts: 0);
        }
        using var fourth = new RunLedger(_run.Options());
        Assert.False(fourth.IsResumed); // from here on the plan is the one in force
    }

    [Fact]
    public void Bind_Data_AreThoseOfTheRunFromThenOn()
    {
        var data = new DataIdentity("abcd", 12, 2, ["cat", "dog"]);
        using (var ledger = new RunLedger(_run.Options()))
        {
            ledger.Begin("run", drain: false);
            Assert.Null(ledger.Data);
            ledger.Bind(data);
        }
        using var next = new RunLedger(_run.Options(resume: true));
        next.Begin("run", drain: false);
        Assert.Equivalent(data, next.Data, strict: true);
    }

    [Fact]
    public void Open_WhileAnotherCoordinatorHasIt_IsRefused()
    {
        using var ledger = new RunLedger(_run.Options());
        var refusal = Assert.Throws<BadInputException>(() => new RunLedger(_run.Options()));
        Assert.Contains("in use by another coordinator", refusal.Message, StringComparison.Ordinal);
        ledger.Begin("run", drain: false); // and the first goes on
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Open_Damaged_IsMadeAnewForARunThatIsResumedAndRefusedToOneThatTakesOver(string name, byte[]? bytes)
    {
        Assert.NotEmpty(name);
        using (var ledger = new RunLedger(_run.Options()))
            ledger.Begin("run", drain: false);
        Damage(bytes);
        var refusal = Assert.Throws<BadInputException>(() => new RunLedger(_run.Options("--take-over", "true")));
        Assert.Contains("coordinator.db' is damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--resume", refusal.Message, StringComparison.Ordinal);
        using (var resumed = new RunLedger(_run.Options(resume: true)))
            Assert.Equal((1, true, null), (resumed.Term, resumed.IsResumed, resumed.RunId));
        Assert.True(File.Exists(Path.Combine(_run.Path, "coordinator.db.damaged")));
    }

    public static TheoryData<string, byte[]?> Damages =>
        new() { { "other bytes", [.. Enumerable.Range(0, 12_288).Select(i => (byte)(i * 7))] }, { "a plan that is none", null } };

    [Fact]
    public void Open_RunThatBeginsWhereNothingWasTrained_ForgetsTheOneBefore()
    {
        using (var ledger = new RunLedger(_run.Options()))
            ledger.Begin("run", drain: false);
        using (var begun = new RunLedger(_run.Options("--begin", "true")))
            Assert.Equal((2, null), (begun.Term, begun.RunId));
        using (var ledger = new RunLedger(_run.Options()))
            ledger.Begin("run", drain: false);
        File.WriteAllText(Path.Combine(_run.Path, "metrics.jsonl"), "a step");
        using var kept = new RunLedger(_run.Options("--begin", "true"));
        Assert.Equal("run", kept.RunId);
    }

    private void Damage(byte[]? bytes)
    {
        string path = Path.Combine(_run.Path, "coordinator.db");
        if (bytes is not null)
        {
            File.WriteAllBytes(path, bytes);
            return;
        }
        using var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "INSERT INTO ledger (name, value) VALUES ('plan', '{'), ('peer-token', 'secret');";
        command.ExecuteNonQuery();
    }

    public void Dispose() => _run.Dispose();

    private static Plan Small { get; } =
        new("run", 1, new RunTopology(1, 1), [new(0, new Slot(0, 0), "w0", "host", 11, "http://host:1")], 0, TimeSpan.FromSeconds(5));

    private static CoordinatorOptions InBucket(string directory) =>
        CoordinatorOptions.From(
            new Settings(["--recipe", "plain", "--token", "secret", "--run-dir", "s3://bucket/run", "--work-dir", directory]),
            PlainRecipe.Reader
        );
}
