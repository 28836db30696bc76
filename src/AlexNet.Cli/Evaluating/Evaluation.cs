using AlexNet.Data.Loading;
using AlexNet.Data.Samples;
using AlexNet.Net.Predictions;
using AlexNet.Net.Trained;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;

namespace AlexNet.Cli.Evaluating;

/// <summary>Sends pictures through a trained net, in every view that is asked for, and averages what it says of each.</summary>
/// <param name="net">The loaded net; it can evaluate any number of sets.</param>
/// <param name="images">What is looked at.</param>
/// <param name="batch">Most pictures at a time.</param>
/// <param name="views"><see cref="TenViews.Centre"/>, or <see cref="TenViews.All"/>.</param>
internal sealed class Evaluation(TrainedNet net, IImageSet images, int batch, IReadOnlyList<int> views)
{
    private static readonly (RunTopology Topology, Slot Slot) Alone = (new(1, 1), new(0, 0));

    /// <summary>Each picture once, in the order of the set.</summary>
    /// <exception cref="LoadingException">A picture cannot be read.</exception>
    public IEnumerable<Scores> Run(CancellationToken cancellation = default)
    {
        var average = new ViewAverage(views.Count);
        var plans = new EvaluationBatches(images.Count, batch, Alone.Topology, Alone.Slot, views);
        using var loader = new PrefetchingLoader(images, plans, threads: Environment.ProcessorCount);
        while (loader.TryNext(out var next, cancellation))
        {
            using var current = next;
            int samples = current.Labels.Length;
            if (average.Add(net.LogProbabilities(current.Pixels.Span, samples)) is not { } means)
                continue; // the same samples come in another view
            int classes = means.Length / samples;
            for (int i = 0; i < samples; i++)
                yield return new(current.Indices.Span[i], (int)current.Labels[i], means.AsMemory(i * classes, classes));
        }
    }
}
