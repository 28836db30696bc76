using AlexNet.Testing.Tracing;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Tests.Run;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Recipes;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Paths;

/// <summary>
/// The files that a killed worker's path enters in the coordinator, from the end of its stream to the plan of the generation without it:
/// those that decide, and those that then do and record what was decided.
/// </summary>
public sealed class LossPathTests
{
    private static readonly string[] Ours = ["Lockstep.Core", "Lockstep.Coordinator", "Lockstep.Hosting", "Lockstep.Storage"];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>The decisions alone: two replicas train, the second is killed, and a spare worker takes its slot.</summary>
    [Fact]
    public void Loss_OfAWorkerWithASpare_IsDecidedOn()
    {
        var run = new ScriptedRun(ScriptedRun.OptionsOf(replicas: 2));
        run.Train("w0", "w1");
        run.Step(1, "w0", "w1");
        run.JoinAndLoad("w2");

        FileTrace.Begin();
        run.Leave("w1");
        run.Stopped("w0", applied: 1, lostRank: 1);
        FileTrace.End();

        Assert.Equal((2L, 1L), (run.Sent("w2")[^1].Plan.Generation, run.Standing.Plan?.StartStep));
    }

    /// <summary>The same with the loop, the ledger and the run's files.</summary>
    [Fact]
    public async Task Loss_OfAWorkerWithASpare_IsDecidedOnAndDone()
    {
        await using var run = new LoopOnDisk(options =>
            ScriptedRun.With(options with { LeastReplicas = 2 }, new LayoutRecipe { Replicas = 2, Shards = 1 })
        );
        var (w0, w1) = (await JoinAsync(run.Loop, "w0"), await JoinAsync(run.Loop, "w1"));
        await PlanAsync(w0);
        var ready = new Ready { Transports = { Link.Types.Transport.Local, Link.Types.Transport.Grpc } };
        foreach (var session in new[] { w0, w1 })
            await SayAsync(run.Loop, session, new() { Ready = ready });
        foreach (var session in new[] { w0, w1 })
            await SayAsync(run.Loop, session, new() { Step = StepOf(1) });
        var w2 = await JoinAsync(run.Loop, "w2");

        FileTrace.Begin();
        await run.Loop.AskAsync(new Left(w1, "its connection closed"));
        await SayAsync(
            run.Loop,
            w0,
            new()
            {
                Stopped = new Stopped
                {
                    LostRank = 1,
                    Shards = 1,
                    Applied = 1,
                    Message = "worker w1 was lost",
                },
            }
        );
        var plan = await PlanAsync(w2);
        FileTrace.End();

        Assert.Equal((2L, 1L), (plan.Generation, plan.StartStep));
    }

    [Fact]
    public async Task What_decides_on_a_killed_worker_is_what_the_architecture_lists_and_at_most_25_files()
    {
        var decided = await EnteredAsync(nameof(Loss_OfAWorkerWithASpare_IsDecidedOn));

        ListedFiles.AssertUnder("What decides on a killed worker", decided);
        Assert.InRange(decided.Count, 1, 25);
    }

    [Fact]
    public async Task What_is_done_for_a_killed_worker_is_what_the_architecture_lists()
    {
        var decided = await EnteredAsync(nameof(Loss_OfAWorkerWithASpare_IsDecidedOn));
        var all = await EnteredAsync(nameof(Loss_OfAWorkerWithASpare_IsDecidedOnAndDone));

        // what goes on in the background comes in between, so the order is of no meaning
        ListedFiles.AssertUnder("What is then done", all.Except(decided).Order(StringComparer.Ordinal));
    }

    private Task<IReadOnlyList<string>> EnteredAsync(string test) =>
        TracedTests.FilesOfAsync($"{typeof(LossPathTests).FullName}.{test}", Ours, _cancellation);

    private async Task<WorkerSession> JoinAsync(RunLoop loop, string id)
    {
        var (refusal, session) = await loop.AskAsync(new Joining(ScriptedRun.JoinOf(id)));
        Assert.Null(refusal);
        await SayAsync(loop, session, new() { Loaded = ScriptedRun.LoadedOf() });
        return session;
    }

    private static async Task SayAsync(RunLoop loop, WorkerSession session, WorkerMessage message)
    {
        message.Generation = loop.Generation.Number;
        Assert.Null(await loop.AskAsync(new Said(session, message)));
    }

    /// <summary>The next plan that a worker is sent.</summary>
    private async Task<Plan> PlanAsync(WorkerSession session)
    {
        await foreach (var message in session.Outgoing.ReadAllAsync(_cancellation))
        {
            if (message.Plan is { } plan)
                return plan;
        }

        throw new InvalidOperationException("the worker was sent no plan.");
    }

    private static StepReport StepOf(long step) =>
        new()
        {
            Step = step,
            Epoch = 1,
            Loss = 1,
            Samples = 64,
            Phases = new Phases { Total = 0.1 },
        };
}
