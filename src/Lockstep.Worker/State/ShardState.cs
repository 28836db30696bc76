using AlexNet.Net.Shards;
using Lockstep.Core.Collectives;
using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Optimizers;
using Lockstep.Worker.Reduce;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// The state of the net that this worker holds, from one generation to the next: a shard, its optimiser, the sums of its gradients, and how
/// many updates they have seen.
/// </summary>
internal sealed class ShardState : IDisposable
{
    private readonly RunContext _run;

    /// <param name="run">Its recipe describes the net, whose seed draws the first weights.</param>
    /// <param name="topology">Says how many shards there are.</param>
    /// <param name="index">Which of them this is.</param>
    /// <param name="exchange">The shards of the first generation.</param>
    public ShardState(RunContext run, RunTopology topology, int index, ICollectives exchange)
    {
        (_run, Index, Shards) = (run, index, topology.Shards);
        Exchange = new Exchange(exchange);
        Shard = Shard.Create(run.Recipe, topology, index, Exchange, run.Device, run.Gpu);
        Optimizer = Torch.Optimizers.Optimizer.Create(run.Recipe.Optimizer, Shard.Parameters);
        Reducer = new GradientReducer(Shard, run.Steps, run.Recipe.Layout.Gradients);
    }

    public int Index { get; }

    public int Shards { get; }

    public Shard Shard { get; }

    public Exchange Exchange { get; }

    public IOptimizer Optimizer { get; }

    public GradientReducer Reducer { get; }

    /// <summary>Updates that the weights have seen; -1 until they are restored, since what has partly arrived may not be used.</summary>
    public long Applied { get; set; } = -1;

    /// <summary>This worker has voted for the next update and holds its summed gradients (law 5).</summary>
    public bool HoldsSums { get; set; }

    /// <summary>
    /// Every evaluation of the run up to <see cref="Applied"/>, in the order of steps; the plan's at the start of a generation.
    /// </summary>
    public IReadOnlyList<Evaluation> Evaluations { get; set; } = [];

    /// <summary>Remembers an evaluation of what the weights are now.</summary>
    /// <returns>Whether it is better than all before.</returns>
    public bool Remember(Evaluation evaluation)
    {
        Evaluations = [.. Evaluations.Where(e => e.Step < evaluation.Step), evaluation];
        return Evaluation.BestOf(Evaluations) == evaluation;
    }

    /// <summary>Works with the shards of a new generation.</summary>
    public void Join(ICollectives exchange)
    {
        Shard.RoundWeights(); // which may have come from elsewhere
        Exchange.Use(exchange);
    }

    /// <summary>Makes the update that the gradients are the sums for.</summary>
    /// <returns>The learning rate.</returns>
    public double Update()
    {
        double rate = LearningRate.Of(_run.Recipe, _run.Steps, Applied, Evaluations);
        Optimizer.Step(rate);
        Shard.ClearGradients();
        (Applied, HoldsSums) = (Applied + 1, false);
        return rate;
    }

    /// <summary>Nobody has made the update that the sums were for: it is computed anew, from nothing.</summary>
    public void ForgetSums()
    {
        Shard.ClearGradients();
        HoldsSums = false;
    }

    /// <summary>A generation has ended in the middle of a step: sums that are not complete are worth nothing.</summary>
    public void EndGeneration()
    {
        Reducer.Abandon();
        if (!HoldsSums)
            Shard.ClearGradients();
    }

    /// <summary>For tests: changes one weight, as broken memory would.</summary>
    public void Drift()
    {
        using var guard = no_grad();
        using var row = Shard.Parameters[0].Value[0];
        row.mul_(1.5);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Shard.Dispose();
        Reducer.Dispose();
    }
}
