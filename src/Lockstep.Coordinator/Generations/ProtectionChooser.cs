using Lockstep.Coordinator.Turns;
using Lockstep.Core.Numerics;
using Lockstep.Core.Texts;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Generations;

/// <summary>
/// Chooses how often other workers get the parts of the net that exist once, where the run is to do that itself: the most often that costs
/// at most 3% of a step. 1. The first steps of the run keep every update. Where that costs too much, 2. the next generation makes copies
/// from time to time, and tells what one costs; 3. the number of steps between two follows from that. The ledger keeps it for the rest of
/// the run.
/// </summary>
internal sealed class ProtectionChooser(CoordinatorOptions options, int? chosen, Turn turn)
{
    private const double Most = 0.03; // of a step
    private const int Skipped = 2, // first steps of a generation, which are slower
        Measured = 8,
        Trial = 8, // steps from one copy to the next, while their cost is measured
        Copies = 2;

    private readonly List<(double Keep, double Total)> _plain = [],
        _copying = [];
    private long _generation;
    private bool _isChosen = !options.Protection.IsChosen || chosen is not null;
    private string _reason = "";

    /// <summary>What the next plan is to have; 0 where nothing is kept.</summary>
    public int Every { get; private set; } = options.Protection.IsChosen && chosen is { } known ? known : options.Protection.Every;

    /// <summary>Why the generation in force is to end for another number; null where it is not.</summary>
    public string? WhyAnother(Plan? plan) => plan is { Keepers.Count: > 0 } && plan.KeepEvery != Every ? _reason : null;

    /// <summary>All workers have made a step.</summary>
    public void Take(Plan plan, StepDone step)
    {
        if (_isChosen || plan.Keepers.Count == 0 || plan.KeepEvery != Every)
            return;
        if (_generation != plan.Generation)
        {
            _generation = plan.Generation;
            _plain.Clear();
            _copying.Clear();
        }

        var heard = step.Workers.Select(w => w.Phases).OfType<Phases>().ToList();
        if (step.Step <= plan.StartStep + Skipped || heard.Count == 0)
            return;
        // who comes last waits for nobody: what it spends is what keeping takes
        var spent = (heard.Min(p => p.Keep), heard.Max(p => p.Total));
        bool copies = Every > 1 && (step.Step - 1) % Every == 0;
        (copies ? _copying : _plain).Add(spent);
        if (Every == 1 && _plain.Count == Measured)
            JudgeUpdates(plan);
        else if (Every > 1 && _copying.Count == Copies && _plain.Count > 0)
            JudgeCopies();
    }

    private void JudgeUpdates(Plan plan)
    {
        double cost = Median.Of(_plain.Select(s => s.Keep)) / Median.Of(_plain.Select(s => s.Total));
        if (cost <= Most)
        {
            Choose(1, cost);
            return;
        }

        Every = Trial;
        _reason = string.Create(
            Percent.Culture,
            $"Keeping every update of the parts that exist once takes {cost:P1} of a step in generation {plan.Generation}, and at most "
        );
        _reason += string.Create(Percent.Culture, $"{Most:P0} are allowed (--protect auto): copies are tried.");
    }

    private void JudgeCopies()
    {
        double copy = _copying.Average(s => s.Keep),
            step = Median.Of(_plain.Select(s => s.Total));
        int every = (int)Math.Clamp(Math.Ceiling(copy / (Most * step)), 2, int.MaxValue);
        _reason =
            string.Create(
                Percent.Culture,
                $"A copy of the parts that exist once takes {copy:0.000} s: with --protect auto one is made each "
            ) + $"time that {Count.Of(every, "step has", "steps have")} been made.";
        Choose(every, copy / (every * step));
    }

    private void Choose(int every, double cost)
    {
        (Every, _isChosen) = (every, true);
        turn.Do(new KeepProtection(every));
        turn.Tell(
            new RunEvent
            {
                Protection = new ProtectionChosen { Every = every, Cost = cost },
            }
        );
    }
}
