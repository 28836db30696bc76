using AlexNet.Data.Mixing;
using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Net.Shards;
using AlexNet.Recipes;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Trainables;
using Lockstep.Worker.Applications;

namespace AlexNet.Training;

/// <summary>The pictures and the net of a recipe.</summary>
/// <param name="recipe">Resolved, with this machine's data directory.</param>
internal sealed class PictureWorkload(Recipe recipe) : IWorkload
{
    private DataSet? _set;

    public RunRecipe Recipe => recipe;

    public string DataName => recipe.Data.Path ?? recipe.Data.Kind.ToString();

    public RunData Open()
    {
        var set = Set();
        return new RunData(set.Identity, new ImageSamples(set.Train, SampleMixing.Of(recipe, set.Train)), new ImageSamples(set.Test));
    }

    public ITrainable Create(TrainablePlace place)
    {
        var shard = Shard.Create(recipe, place.Topology, place.Shard, place.Exchange, place.Device, place.Gpu);
        return new TrainableShard(
            shard,
            new BatchSharing(recipe, place.Topology, place.Exchange, shard),
            recipe.Data.Classes,
            TargetWeights.Of(recipe, () => Set().Train)
        );
    }

    private DataSet Set() => _set ??= DataSetOpener.Open(recipe);
}
