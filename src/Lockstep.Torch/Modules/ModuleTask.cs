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

    /// <summary>What the net says of a test batch, computed once for all metrics; null where there are none.</summary>
    public Func<Batch, Tensor>? Predict { get; init; }

    /// <summary>What a test measures beside the loss.</summary>
    public IReadOnlyList<ModuleMetric> Metrics { get; init; } = [];

    /// <summary>Names of all that a test measures; the loss is always among them.</summary>
    public IReadOnlyList<string> Names =>
        Metrics.Any(m => m.Name == MetricNames.TestLoss)
            ? [.. Metrics.Select(m => m.Name)]
            : [MetricNames.TestLoss, .. Metrics.Select(m => m.Name)];

    /// <exception cref="ArgumentException">Something is missing, or wrong; what.</exception>
    public void Check()
    {
        if (Loss is null == WeightedLoss is null)
            throw new ArgumentException("a net is trained by one loss; give a loss or a weighted loss.");
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
