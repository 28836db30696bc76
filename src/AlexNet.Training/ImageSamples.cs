using AlexNet.Data.Loading;
using AlexNet.Data.Mixing;
using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;

namespace AlexNet.Training;

/// <summary>Labelled pictures as the samples of a run; batches are <see cref="Batch"/>.</summary>
internal sealed class ImageSamples(IImageSet images, SampleMixing? mixing = null) : ISampleSet
{
    public int Count => images.Count;

    public IReadOnlyList<int> Shards => images.Shards;

    public IBatchSource Load(IEnumerable<BatchPlan> plans, int threads) =>
        new PrefetchingLoader(images, plans, threads: threads, mixing: mixing);
}
