using Lockstep.Core.Metrics;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>What a module is trained to do: its loss, and what its tests measure.</summary>
public sealed record ModuleTask
{
    /// <summary>
    /// The loss of a batch: one number, the mean over its samples, or a number for each sample, [samples]. Either this or
    /// <see cref="WeightedLoss"/>.
    /// </summary>
    public Func<Batch, Tensor>? Loss { get; init; }

    /// <summary>
    /// The loss of a batch as a sum and its weight, one number each, such as the tokens that are not masked: what is minimised is the sum
    /// over all samples of the step divided by the weight of all of them, however they are spread.
    /// </summary>
    public Func<Batch, (Tensor Sum, Tensor Weight)>? WeightedLoss { get; init; }

    /// <summary>
    /// Where one loss is not enough, as in a GAN: every batch goes through these one after the other, and each makes an update of its own
    /// parameters by its own loss. In place of <see cref="Loss"/>.
    /// </summary>
    public IReadOnlyList<ModulePhase> Phases { get; init; } = [];

    /// <summary>The program's own loop over the steps; null where passes follow each other by themselves.</summary>
    public IPassLoop? Loop { get; init; }

    /// <summary>Makes the program's own optimiser; null where the recipe says which.</summary>
    public Optimizers.OwnOptimizer.Maker? Optimizer { get; init; }

    /// <summary>
    /// Batch normalisation, while it trains, takes mean and variance of all replicas' samples, and not of a replica's own.
    /// </summary>
    public bool SyncBatchNorm { get; init; }

    /// <summary>What the net says of a test batch, computed once for all metrics; null where there are none.</summary>
    public Func<Batch, Tensor>? Predict { get; init; }

    /// <summary>What a test measures beside the loss.</summary>
    public IReadOnlyList<ModuleMetric> Metrics { get; init; } = [];

    /// <summary>Names of all that a test measures; the loss is always among them.</summary>
    public IReadOnlyList<string> Names =>
        [.. MeasuresLoss ? [MetricNames.TestLoss] : Array.Empty<string>(), .. Phases.Select(p => p.Metric), .. Metrics.Select(m => m.Name)];

    /// <summary>The loss over the test set is measured as it is while training; no metric takes its name.</summary>
    internal bool MeasuresLoss => Metrics.All(m => m.Name != MetricNames.TestLoss);

    /// <exception cref="ArgumentException">Something is missing, or wrong; what.</exception>
    public void Check()
    {
        if ((Loss is null ? 0 : 1) + (WeightedLoss is null ? 0 : 1) + (Phases.Count == 0 ? 0 : 1) != 1)
            throw new ArgumentException("a net is trained by a loss, by a weighted loss, or in phases; give one of these.");
        if (Phases.Count == 1)
            throw new ArgumentException($"'{Phases[0].Name}' is the only phase; give a loss instead, or a second phase.");
        if (Metrics.Count > 0 && Predict is null)
            throw new ArgumentException($"'{Metrics[0].Name}' measures what the net predicts; say how it predicts.");
        _ = new Trainables.MetricSums(Names); // whatever is wrong with a name
    }
}

/// <summary>Something that a test measures.</summary>
/// <param name="Name">Small letters, digits and underscores, such as <c>top1</c>.</param>
/// <param name="Measure">
/// From the prediction and its batch to one number, the mean over the samples, or a number or truth value for each, [samples].
/// </param>
public sealed record ModuleMetric(string Name, Func<Tensor, Batch, Tensor> Measure);
