using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using Lockstep.Worker.Applications;
using Lockstep.Worker.Reduce;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// The state of the net that this worker holds, from one generation to the next: its part of it, the optimiser, the sums of the gradients,
/// and how many updates they have seen.
/// </summary>
internal sealed class ShardState : IDisposable
{
    private readonly RunRecipe _recipe;
    private readonly StepPlan _steps;
    private readonly IReadOnlyList<IReadOnlyList<Parameter>> _phases;
    private double _gradientScale = 1;

    /// <param name="recipe">The recipe of the run.</param>
    /// <param name="steps">The steps of the run.</param>
    /// <param name="index">The index of this worker's shard.</param>
    /// <param name="shards">How many there are.</param>
    /// <param name="trainable">What this worker holds; disposed with this.</param>
    /// <param name="exchange">The trainable's way to the other shards.</param>
    public ShardState(RunRecipe recipe, StepPlan steps, int index, int shards, ITrainable trainable, Exchange exchange)
    {
        (_recipe, _steps, Index, Shards, Trainable, Exchange) = (recipe, steps, index, shards, trainable, exchange);
        _phases = PhasesOf(trainable);
        Optimizer = Torch.Optimizers.Optimizer.Create(recipe.Optimizer, _phases, trainable.OwnOptimizer);
        Average = recipe.Training.Average is { } average ? new WeightAverage(average, trainable.Parameters) : null;
        Reducer = new GradientReducer(trainable.Groups, steps, recipe.Layout.Gradients);
        StateTensor[] changing = [.. trainable.State.Where(s => !s.IsFixed)];
        Changing = changing.Length > 0 ? new ChangingState(changing, steps, Reducer.Points) : null;
    }

    /// <summary>A shard with the recipe's first weights.</summary>
    /// <param name="run">The run, whose application makes the shard.</param>
    /// <param name="topology">Says how many shards there are.</param>
    /// <param name="index">The index of this worker's shard.</param>
    /// <param name="exchange">The shards of the first generation.</param>
    public static ShardState Create(RunContext run, RunTopology topology, int index, ICollectives exchange)
    {
        var way = new Exchange(exchange);
        var trainable = run.Workload.Create(new TrainablePlace(topology, index, way, run.Device, run.Gpu) { Notice = run.Notice });
        return new ShardState(run.Recipe, run.Steps, index, topology.Shards, trainable, way);
    }

    public int Index { get; }

    public int Shards { get; }

    public ITrainable Trainable { get; }

    public Exchange Exchange { get; }

    public IOptimizer Optimizer { get; }

    /// <summary>The moving average of the weights; null where the recipe asks for none.</summary>
    public WeightAverage? Average { get; }

    public GradientReducer Reducer { get; }

    /// <summary>All tensors of which its state consists: weights, buffers, the optimiser's, averages.</summary>
    public IReadOnlyList<Tensor> Tensors =>
        [
            .. Trainable.Parameters.Select(p => p.Value),
            .. Trainable.State.Select(s => s.Value),
            .. Optimizer.State.Select(s => s.Value),
            .. Average?.Averages.Select(a => a.Value) ?? [],
        ];

    /// <summary>The parameters that the next update changes: all, or those of its phase.</summary>
    public IReadOnlyList<Parameter> Changed => _phases[_steps.PhaseOf(Applied)];

    /// <summary>The trainable's state tensors that passes change; null where there are none.</summary>
    public ChangingState? Changing { get; }

    /// <summary>What the losses of a step are multiplied by: 1, or 1 over the weight of all of them.</summary>
    public double LossScale { get; private set; } = 1;

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
        return Evaluation.BestOf(Evaluations, _recipe.Objective) == evaluation;
    }

    /// <summary><see cref="Tensors"/> have been overwritten with those of a step.</summary>
    public void Resume(long step)
    {
        Optimizer.Resume(step);
        Applied = step;
    }

    /// <summary>Works with the members of a new generation.</summary>
    /// <param name="exchange">The shards of this replica.</param>
    /// <param name="replicas">The holders of the same shard.</param>
    public void Join(ICollectives exchange, ICollectives replicas)
    {
        Trainable.AfterRestore(); // which may have come from elsewhere
        Trainable.Join(replicas);
        Exchange.Use(exchange);
    }

    /// <summary>
    /// Learns what the update must know beside the sums of the gradients; after it, this worker can make the update alone.
    /// </summary>
    /// <param name="shares">This replica's shares of the loss, a micro-batch each.</param>
    /// <param name="replicas">The holders of the same shard.</param>
    /// <exception cref="PeerLostException">Another worker did not come.</exception>
    public void Measure(IReadOnlyList<LossShare> shares, ICollectives replicas)
    {
        LossScale = Trainable.WeighsLosses ? ScaleOf(shares, replicas) : 1;
        _gradientScale = LossScale;
        if (_recipe.Training.ClipNorm is { } limit)
            _gradientScale *= NormClip.Factor(Exchange, Applied, Changed, limit, LossScale);
        Optimizer.Measure(Exchange, Applied, LossScale);
    }

    /// <summary>
    /// Learns the same from another shard of the replica, which has measured for this step: what <see cref="Measure"/> finds holds for the
    /// whole net.
    /// </summary>
    public void TakeMeasures(ShardState other)
    {
        (LossScale, _gradientScale, Evaluations) = (other.LossScale, other._gradientScale, other.Evaluations);
        Optimizer.TakeMeasures(other.Optimizer);
    }

    /// <summary>Makes the update that the gradients are the sums for.</summary>
    /// <returns>The learning rate.</returns>
    public double Update()
    {
        Reducer.Finish();
        double rate = LearningRate.Of(_recipe, _steps, Applied, Evaluations);
        Optimizer.Step(rate, _gradientScale);
        Trainable.Forget();
        Changing?.Keep();
        (Applied, HoldsSums) = (Applied + 1, false);
        Average?.Add(Applied);
        return rate;
    }

    /// <summary>Nobody has made the update that the sums were for: it is computed anew, from nothing.</summary>
    public void ForgetSums()
    {
        Reducer.Abandon();
        Changing?.Abandon();
        Trainable.Forget();
        Changing?.Restore();
        HoldsSums = false;
    }

    /// <summary>A generation has ended in the middle of a step: sums that are not complete are worth nothing.</summary>
    public void EndGeneration()
    {
        if (!HoldsSums)
            ForgetSums();
    }

    /// <summary>For tests: changes one weight, as broken memory would.</summary>
    public void Drift()
    {
        using var guard = no_grad();
        using var row = Trainable.Parameters[0].Value[0];
        row.mul_(1.5);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
        Trainable.Dispose();
        Reducer.Dispose();
        Changing?.Dispose();
    }

    /// <summary>The parameters of each phase, in the trainable's order.</summary>
    private static IReadOnlyList<IReadOnlyList<Parameter>> PhasesOf(ITrainable trainable)
    {
        var phases = trainable
            .Groups.SelectMany(g => g.Parameters, (g, p) => (Parameter: p, g.Phase))
            .ToDictionary(p => p.Parameter, p => p.Phase);
        return [.. trainable.Parameters.GroupBy(p => phases[p]).OrderBy(g => g.Key).Select(g => g.ToList())];
    }

    /// <summary>Added in ascending replica order, in double: the same on every worker.</summary>
    private double ScaleOf(IReadOnlyList<LossShare> shares, ICollectives replicas)
    {
        double own = shares.Sum(s => s.Weight is { } weight ? weight.to(ScalarType.Float64).item<double>() : 0);
        double all = replicas.Gather<double>(new Operation(OperationKind.Reduce, Applied, Reducer.Points + 1), [own]).Sum();
        return all > 0 ? 1 / all : 0; // nothing counts in this step
    }
}
