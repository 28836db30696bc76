using AlexNet.Data.Loading;
using AlexNet.Net.Images;
using AlexNet.Net.Shards;
using AlexNet.Recipes;
using AlexNet.Recipes.Augmentation;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Memory;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace AlexNet.Training;

/// <summary>The workers of a replica share the decoding: each has a part of the batch as bytes, and here gets the others'.</summary>
/// <param name="recipe">How pictures are normalised, and the noise of their colours.</param>
/// <param name="topology">Replicas and shards.</param>
/// <param name="exchange">Between the shards of the replica.</param>
/// <param name="shard">Says what the net takes, and where it is.</param>
internal sealed class BatchSharing(Recipe recipe, RunTopology topology, Exchange exchange, Shard shard)
{
    private readonly MapShape _image = NetShape.Of(recipe).Image;
    private readonly ImageBatch _images = new(recipe.Data, shard.Device, shard.ImageType);
    private readonly ColourNoise _noise = new(recipe.Data.Augmentation.ColourNoise, recipe.Seed);

    /// <summary>
    /// What the net takes, normalised: samples x channels x height x width, in the size of the epoch's stage. The replica's whole part of
    /// the batch, or what this worker has decoded where the shard sees no more.
    /// </summary>
    public Tensor Images(Operation operation, Batch batch)
    {
        int samples = batch.Labels.Length;
        var seen = shard.SeesAllSamples ? new Extent(0, samples) : batch.Decoded;
        var bytes = _images.Room(seen.Length, _image);
        using (var own = bytes.narrow(0, batch.Decoded.Start - seen.Start, batch.Decoded.Length))
            HostMemory.Fill(own, batch.Pixels.Span);
        if (shard.SeesAllSamples)
        {
            var parts = Enumerable.Range(0, topology.Shards).Select(s => Extent.Part(samples, topology.Shards, s));
            exchange.ShareSamples(operation, bytes, [.. parts]);
        }
        var images = _images.Normalise(bytes, _noise.Offsets(batch.Epoch, batch.Indices.Span.Slice(seen.Start, seen.Length)));
        if (SizeStage.Of(recipe.Data, batch.Epoch, recipe.Training.Epochs) is not { } stage)
            return images;
        using (images)
            return adaptive_avg_pool2d(images, (stage.Height, stage.Width));
    }
}
