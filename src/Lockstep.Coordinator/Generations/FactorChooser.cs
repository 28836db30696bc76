using Lockstep.Coordinator.Turns;
using Lockstep.Core.Recipes;
using Lockstep.Core.Reductions;
using Lockstep.Core.Runs;
using Lockstep.Core.Topology;

namespace Lockstep.Coordinator.Generations;

/// <summary>
/// Chooses which layers' gradients travel as factors: once in a run, from what the workers of its first generation measure. The ledger
/// keeps the choice for every later generation and resume (law 3).
/// </summary>
internal sealed class FactorChooser(CoordinatorOptions options, FactorChoice? chosen, Turn turn)
{
    private FactorChoice? _chosen = chosen;

    /// <summary>What holds for a layout without measuring anything; null where its workers must measure first.</summary>
    public FactorChoice? Known(RunTopology topology) =>
        topology.Replicas == 1 || options.Recipe.Layout.Factors != FactorUse.Auto
            ? FactorRule.WithoutMeasuring(options.Recipe, topology)
            : _chosen ?? FactorRule.WithoutMeasuring(options.Recipe, topology);

    /// <summary>How a layout's gradients are reduced, for comparing one run with another; null before that is chosen.</summary>
    public string? Summary(RunTopology topology) =>
        Known(topology) is { } choice ? choice.Summary(options.Recipe.Layout.Gradients) + (Keeps(topology) ? ", kept" : "") : null;

    private bool Keeps(RunTopology topology) => options.Protection.Every == 1 && topology is { Replicas: 1, Shards: > 1 };

    /// <summary>Chooses, where that has not been done.</summary>
    /// <param name="topology">The topology of the generation that is about to begin.</param>
    /// <param name="speeds">The speeds of its workers.</param>
    /// <param name="differences">What decides last bits and is not the same for all of them: each makes the sums itself, so these would
    /// drift apart.</param>
    public FactorChoice Choose(RunTopology topology, IReadOnlyCollection<WorkerSpeed> speeds, IReadOnlyList<string> differences)
    {
        var choice = Known(topology) ?? Measured(topology, speeds, differences);
        if (topology.Replicas > 1)
            turn.Do(new LogReduction(choice.Summary(options.Recipe.Layout.Gradients), choice.Reason));
        return choice;
    }

    /// <summary>
    /// Why a worker may not have a part in this run; null where it may. Replicas that make sums of factors themselves must be alike.
    /// </summary>
    /// <param name="run">What decides the last bits of the run.</param>
    /// <param name="worker">The same of the worker.</param>
    public string? Unfit(RunEnvironment? run, RunEnvironment worker)
    {
        bool inUse =
            options.Recipe.Layout.Factors == FactorUse.Always
                ? options.Topology.Replicas > 1
                : options.Recipe.Layout.Factors == FactorUse.Auto && _chosen?.Layers.Count > 0;
        return inUse && run?.Differences(worker) is { Count: > 0 } differences
            ? $"it would drift apart from the others, with which it makes the same sums of factors: {string.Join("; ", differences)}. Give "
                + "it what the others have, or begin the run with --factors never."
            : null;
    }

    private FactorChoice Measured(RunTopology topology, IReadOnlyCollection<WorkerSpeed> speeds, IReadOnlyList<string> differences)
    {
        var choice =
            differences.Count > 0
                ? new FactorChoice([], $"The workers are not equal ({string.Join("; ", differences)}), and would make unequal products.")
            : speeds.Any(s => s.IsUnknown) ? new FactorChoice([], "A worker has not told its speed.")
            : FactorRule.ByCost(options.Recipe, topology, WorkerSpeed.SlowestOf(speeds));
        _chosen = choice;
        turn.Do(new KeepFactors(choice));
        return choice;
    }
}
