using AlexNet.Data.Opening;
using AlexNet.Net.Shards;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Trainables;
using Lockstep.Worker.Applications;

namespace AlexNet.Training;

/// <summary>Nets of convolutions and fully connected layers, on pictures.</summary>
public sealed class AlexNetApplication : IApplication
{
    public RunData Open(Recipe recipe)
    {
        var set = DataSetOpener.Open(recipe);
        return new RunData(set.Identity, new ImageSamples(set.Train), new ImageSamples(set.Test));
    }

    public ITrainable Create(Recipe recipe, TrainablePlace place)
    {
        var shard = Shard.Create(recipe, place.Topology, place.Shard, place.Exchange, place.Device, place.Gpu);
        return new TrainableShard(shard, new BatchSharing(recipe, place.Topology, place.Exchange, shard));
    }
}
