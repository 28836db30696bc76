using AlexNet.Core.Collectives;
using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using AlexNet.Data.Loading;
using AlexNet.Model;
using static TorchSharp.torch;

namespace AlexNet.Worker;

/// <summary>The workers of a replica share the decoding: each has a part of the batch as bytes, and here gets the others'.</summary>
internal sealed class BatchSharing(DataRecipe data, MapShape image, RunTopology topology, Exchange exchange, Shard shard)
{
    private readonly ImageBatch _images = new(data, shard.Device, shard.ImageType);

    /// <summary>The replica's whole part of the batch, normalised: samples x channels x height x width.</summary>
    public Tensor Images(Operation operation, Batch batch)
    {
        int samples = batch.Labels.Length;
        var bytes = _images.Room(samples, image);
        using (var own = bytes.narrow(0, batch.Decoded.Start, batch.Decoded.Length))
            HostMemory.Fill(own, batch.Pixels.Span);
        var parts = Enumerable.Range(0, topology.Shards).Select(s => Extent.Part(samples, topology.Shards, s));
        exchange.ShareSamples(operation, bytes, [.. parts]);
        return _images.Normalise(bytes);
    }
}
