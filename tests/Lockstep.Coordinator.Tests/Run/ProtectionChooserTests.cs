using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Membership;
using Lockstep.Core.Plans;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>
/// A run that is to choose how often parts that exist once are kept takes the most often that costs at most 3% of a step. A step takes a
/// second; the first two of a generation do not count.
/// </summary>
public class ProtectionChooserTests
{
    private readonly ScriptedRun _run = new(ScriptedRun.OptionsOf(replicas: 1, shards: 2) with { Protection = Protection.Auto });
    private long _step;

    [Fact]
    public void Updates_ThatCostLittle_AreKept()
    {
        _run.Train("w0", "w1");
        Assert.Equal((1, 2), (Plan.KeepEvery, Plan.Keepers.Count));
        Steps(9, keep: 0.03);
        Assert.Empty(Chosen);
        Steps(1, keep: 0.03);
        Assert.Equal((1, 0.03), Assert.Single(Chosen));
        Assert.Equal([1], _run.Effects.OfType<KeepProtection>().Select(k => k.Every));
        _run.Pass(2);
        Assert.Equal(RunState.Running, _run.State);
    }

    [Fact]
    public void Updates_ThatCostMuch_GiveWayToCopies_AsOftenAsTheseAllow()
    {
        _run.Train("w0", "w1");
        Steps(10, keep: 0.05);
        Assert.Empty(Chosen);
        _run.Pass(2);
        Assert.Equal(RunState.Settling, _run.State);
        Assert.Contains("takes 5.0% of a step", _run.Reason, StringComparison.Ordinal);
        GoOn();
        Assert.Equal(8, Plan.KeepEvery);

        Steps(2, keep: 0); // 11 and 12 are not looked at
        for (int i = 13; i <= 25; i++)
            Steps(1, keep: i % 8 == 1 ? 0.405 : 0.001); // steps 17 and 25 make copies of 16 and 24
        Assert.Equal((14, Math.Round(0.405 / 14, 9)), Assert.Single(Chosen));
        _run.Pass(2);
        Assert.Equal(RunState.Settling, _run.State);
        GoOn();
        Assert.Equal(14, Plan.KeepEvery);
        Steps(60, keep: 0.5);
        _run.Pass(2);
        Assert.Equal((RunState.Running, 1), (_run.State, Chosen.Count()));
    }

    [Fact]
    public void Begin_OfARunThatHasChosen_DoesNotMeasureAgain()
    {
        var run = new ScriptedRun(_run.Options, new RunPast { Protection = 15 });
        run.Train("w0", "w1");
        Assert.Equal(15, run.Effects.OfType<KeepPlan>().Single().Plan.KeepEvery);
    }

    private Lockstep.Core.Plans.Plan Plan => _run.Effects.OfType<KeepPlan>().Last().Plan;

    private IEnumerable<(int, double)> Chosen =>
        _run.Told.Where(e => e.Protection is not null).Select(e => (e.Protection.Every, Math.Round(e.Protection.Cost, 9)));

    /// <summary>The workers end the generation where they are, and form the next.</summary>
    private void GoOn()
    {
        _run.Stopped("w0", _step);
        _run.Stopped("w1", _step);
        _run.Ready("w0", "w1");
    }

    private void Steps(int count, double keep)
    {
        for (int i = 0; i < count; i++)
        {
            _step++;
            foreach (var (id, waits) in new[] { ("w0", 0.0), ("w1", 0.2) }) // the second waits for the first
            {
                var report = new StepReport
                {
                    Step = _step,
                    Epoch = 1,
                    Loss = 1,
                    Samples = 64,
                    OwnSamples = 64,
                    Phases = new Phases { Total = 1, Keep = keep + waits },
                };
                _run.Say(id, new() { Step = report });
            }
        }
    }
}
