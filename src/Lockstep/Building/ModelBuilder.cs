using Lockstep.Core.Metrics;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Optimizers;
using Lockstep.Worker.Applications;
using static TorchSharp.torch;

namespace Lockstep.Building;

/// <summary>How a net is trained, on what, and what its tests measure. Every method returns the same builder.</summary>
/// <typeparam name="TModule">The net.</typeparam>
public sealed class ModelBuilder<TModule>
    where TModule : nn.Module
{
    private readonly TrainingBuilder _run;
    private readonly List<ModuleMetric> _metrics = [];
    private Func<TModule, Batch, Tensor>? _loss,
        _predict;
    private readonly List<(string Name, string Parameters, Func<TModule, Batch, Tensor> Loss)> _phases = [];
    private Func<TModule, Batch, (Tensor Sum, Tensor Weight)>? _weightedLoss;
    private OwnOptimizer.Maker? _optimizer;

    internal ModelBuilder(TrainingBuilder run) => _run = run;

    /// <summary>What the net is trained and tested on; each worker opens the same.</summary>
    public ModelBuilder<TModule> Data(Func<(ModuleSamples Train, ModuleSamples Test)> open)
    {
        _run.Use(open);
        return this;
    }

    /// <summary>The loss of a batch: one number, the mean over its samples, or one for each sample, [samples].</summary>
    public ModelBuilder<TModule> Loss(Func<TModule, Batch, Tensor> loss)
    {
        _loss = loss;
        return this;
    }

    /// <summary>
    /// The loss of a batch as a sum and the weight that it is to be divided by, such as the number of tokens that are not masked: replicas
    /// add both up, so that every token counts the same wherever it lies.
    /// </summary>
    public ModelBuilder<TModule> WeightedLoss(Func<TModule, Batch, (Tensor Sum, Tensor Weight)> loss)
    {
        _weightedLoss = loss;
        return this;
    }

    /// <summary>
    /// One of the phases that every batch goes through, in the order of these calls, in place of a loss: the discriminator of a GAN, and
    /// then the generator. A step is one phase of one batch, with an update of its own parameters.
    /// </summary>
    /// <param name="name">Small letters, digits and underscores, such as <c>discriminator</c>.</param>
    /// <param name="parameters">Names of the parameters that it changes, with * for any letters: <c>discriminator.*</c>.</param>
    /// <param name="loss">As that of <see cref="Loss"/>.</param>
    public ModelBuilder<TModule> Phase(string name, string parameters, Func<TModule, Batch, Tensor> loss)
    {
        _phases.Add((name, parameters, loss));
        return Train(training => training with { Phases = [.. _phases.Select(p => p.Name)] });
    }

    /// <summary>
    /// A loop of the program's own over the steps, in place of passes that follow each other by themselves. It runs in each worker on a
    /// thread of its own, and calls <see cref="StepLoop.Step"/> until that returns false; between two steps it may look at the net. The
    /// loss is what tests measure, and what a step without a pass of its own trains by.
    /// </summary>
    public ModelBuilder<TModule> Loop(Action<TModule, StepLoop> body)
    {
        _run.Loop = (net, loop) => body((TModule)net, loop);
        return this;
    }

    /// <summary>What the net says of a test batch; every metric gets it.</summary>
    public ModelBuilder<TModule> Predict(Func<TModule, Batch, Tensor> predict)
    {
        _predict = predict;
        return this;
    }

    /// <summary>Something that a test measures beside the loss.</summary>
    /// <param name="name">Small letters, digits and underscores, such as <c>top1</c>.</param>
    /// <param name="measure">
    /// From what <see cref="Predict"/> says and its batch to one number, the mean over the samples, or a number or truth value for each.
    /// </param>
    public ModelBuilder<TModule> Metric(string name, Func<Tensor, Batch, Tensor> measure)
    {
        _metrics.Add(new ModuleMetric(name, measure));
        return this;
    }

    /// <summary>What the run is to get better at: it decides which checkpoint is the best, and when a plateau is reached.</summary>
    public ModelBuilder<TModule> Objective(string metric, bool higherIsBetter) =>
        Configure(recipe => recipe with { Objective = new Objective(metric, higherIsBetter) });

    /// <summary>The rule by which a step changes the weights; Adam with a rate of 0.001 where nothing is said.</summary>
    public ModelBuilder<TModule> Optimizer(OptimizerRecipe optimizer) => Configure(recipe => recipe with { Optimizer = optimizer });

    /// <summary>
    /// An optimiser of TorchSharp that the program makes itself, such as <c>parameters => optim.RAdam(parameters, lr: 0.002)</c>. What it
    /// remembers is saved and restored; the schedule multiplies its rate, and <c>optimizer.rate</c> (1) does.
    /// </summary>
    public ModelBuilder<TModule> Optimizer(OwnOptimizer.Maker make)
    {
        _optimizer = make;
        return Optimizer(new OwnOptimizerRecipe { Rate = 1 });
    }

    /// <summary>How the learning rate changes over the run; it is constant where nothing is said.</summary>
    public ModelBuilder<TModule> Schedule(ScheduleRecipe schedule) => Configure(recipe => recipe with { Schedule = schedule });

    /// <summary>Samples of a step over all replicas; 64 where nothing is said.</summary>
    public ModelBuilder<TModule> Batch(int samples) => Train(training => training with { Batch = samples });

    /// <summary>Passes over the training data; 10 where nothing is said.</summary>
    public ModelBuilder<TModule> Epochs(int epochs) => Train(training => training with { Epochs = epochs });

    /// <summary>The largest norm of a step's gradient; a longer one is shortened to it.</summary>
    public ModelBuilder<TModule> ClipNorm(double norm) => Train(training => training with { ClipNorm = norm });

    /// <summary>
    /// Batch normalisation takes mean and variance of the samples of all replicas. Without micro-batches their number then changes no more
    /// than roundings. It costs two meetings of the replicas for each such layer and step.
    /// </summary>
    public ModelBuilder<TModule> SyncBatchNorm() => Configure(recipe => recipe with { SyncBatchNorm = true });

    /// <summary>Copies of the net, each of which trains on a part of the batch; 1 where nothing is said.</summary>
    public ModelBuilder<TModule> Replicas(int replicas) =>
        Configure(recipe => recipe with { Layout = recipe.Layout with { Replicas = replicas } });

    /// <summary>Anything else of the recipe: seed, checkpoints, precision, name.</summary>
    public ModelBuilder<TModule> Configure(Func<ModuleRecipe, ModuleRecipe> change)
    {
        _run.Recipe = change(_run.Recipe);
        return this;
    }

    internal ModuleTask TaskOf(TModule net) =>
        new()
        {
            Loss = _loss is { } loss ? batch => loss(net, batch) : null,
            WeightedLoss = _weightedLoss is { } weighted ? batch => weighted(net, batch) : null,
            Phases = [.. _phases.Select(p => new ModulePhase(p.Name, p.Parameters, batch => p.Loss(net, batch)))],
            Optimizer = _optimizer,
            Predict = _predict is { } predict ? batch => predict(net, batch) : null,
            Metrics = _metrics,
        };

    private ModelBuilder<TModule> Train(Func<TrainingRecipe, TrainingRecipe> change) =>
        Configure(recipe => recipe with { Training = change(recipe.Training) });
}
