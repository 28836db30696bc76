using CsCheck;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Membership;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>
/// Random histories: workers join, train, stop, die and save in any order, and what is read or published comes back at any time.
/// </summary>
public class RandomRunTests
{
    private const int Workers = 5;

    [Fact]
    public void A_ledger_knows_a_generation_first_and_a_run_ends_once_and_records_each_step_once() =>
        Gen.Select(Gen.Int[0, 15], Gen.Int[0, Workers - 1]).Array[10, 120].Sample(Live, iter: 400, threads: 1);

    private static void Live((int Event, int Worker)[] history)
    {
        var run = new ScriptedRun(ScriptedRun.OptionsOf(replicas: 2) with { LeastReplicas = 1 })
        {
            HoldsPreparations = true,
            Checkpoint = ScriptedRun.CheckpointOf(2),
        };
        foreach (var (happening, worker) in history)
        {
            Happen(run, happening, $"w{worker}");
            Assert.True(run.Publishing.Count <= 1, "two checkpoints are published at a time.");
        }

        CheckLedger(run);
        CheckEnd(run);
        var steps = run.RecordedSteps.ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
    }

    private static void Happen(ScriptedRun run, int happening, string id)
    {
        bool isThere = run.Look().Workers.Any(w => w.Worker.Id == id);
        switch (happening)
        {
            case 0 or 1:
                run.Join(id);
                break;
            case 2 or 3 when isThere:
                run.Say(id, new() { Loaded = ScriptedRun.LoadedOf() });
                break;
            case 4 or 5 or 6 when isThere && run.State == RunState.Forming:
                run.Ready(id);
                break;
            case 7 or 8:
                long next = run.RecordedSteps.DefaultIfEmpty(0).Max() + 1;
                foreach (var member in run.Look().Workers.Where(w => w.Worker.Stage == WorkerStage.Ready).ToList())
                    run.Step(next, member.Worker.Id);
                break;
            case 9 when isThere:
                run.Saved(run[id].Worker.LastStep, id);
                break;
            case 10 when isThere:
                run.Stopped(id, run[id].Worker.LastStep);
                break;
            case 11 when isThere:
                run.Leave(id);
                break;
            case 12 when run.Publishing.Count > 0:
                run.Publish(id == "w0" ? "No space left on device" : "");
                break;
            case 13 when run.Preparations.Count > 0:
                run.GivePreparation();
                break;
            case 14:
                run.Pass(3);
                break;
            case 15 when id == "w4":
                run.Take(new SaveWanted());
                break;
        }
    }

    private static void CheckLedger(ScriptedRun run)
    {
        var (kept, started) = (0L, 0L);
        foreach (var effect in run.Effects)
        {
            if (effect is KeepPlan plan)
                kept = plan.Plan.Generation;
            else if (effect is KeepStart start)
                started = start.Generation;
            else if (effect is Send { Message.Plan: { } sent })
                Assert.Equal(kept, sent.Generation);
            else if (effect is Send { Message.Start: { } begun })
                Assert.Equal(started, begun.Generation);
        }
    }

    private static void CheckEnd(ScriptedRun run)
    {
        int end = run.Effects.FindIndex(e => e is KeepEnd);
        Assert.Equal(run.Standing.IsOver, end >= 0);
        if (end < 0)
            return;
        Assert.Single(run.Effects.OfType<KeepEnd>());
        Assert.Single(run.Effects.OfType<EndProcess>());
        Assert.DoesNotContain(run.Effects.Skip(end), e => e is KeepPlan or KeepStart or Tell { Entry.State: not null });
        Assert.All(run.Effects.Skip(end).OfType<Send>(), s =>
            Assert.True(
                s.Message.MessageCase
                    is CoordinatorMessage.MessageOneofCase.Abort
                        or CoordinatorMessage.MessageOneofCase.Goodbye
                        or CoordinatorMessage.MessageOneofCase.Welcome
                        or CoordinatorMessage.MessageOneofCase.Recorded
            )
        );
    }
}
