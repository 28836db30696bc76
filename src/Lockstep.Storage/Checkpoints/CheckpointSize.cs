using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;

namespace Lockstep.Storage.Checkpoints;

/// <summary>How large the files of a run's checkpoints can be, by its recipe and layout: what an upload is measured against.</summary>
public static class CheckpointSize
{
    private const int BytesOfANumber = sizeof(float); // weights and optimiser state are kept in fp32
    private const int MostStateTensors = 2; // for each weight: Adam's two moments; SGD has one
    private const int MostHeaderBytes = 512; // for each tensor: its name, type, shape, place and rows, as JSON

    /// <summary>The most bytes that a file of a checkpoint can have.</summary>
    /// <param name="recipe">The run's.</param>
    /// <param name="topology">The run's; only its shards count.</param>
    /// <param name="name">The file's name, without a directory.</param>
    /// <returns>Null where no checkpoint of this run has a file of this name.</returns>
    public static long? MostBytes(RunRecipe recipe, RunTopology topology, string name)
    {
        int copies =
            CheckpointFiles.Shards(CheckpointFiles.Weights, topology.Shards).Contains(name) ? 1
            : CheckpointFiles.Shards(CheckpointFiles.Optimizer, topology.Shards).Contains(name) ? MostStateTensors
            : 0;
        if (copies == 0)
            return null;
        var size = recipe.LargestShard(topology);
        return copies * (size.Parameters * BytesOfANumber + (size.Tensors + 1) * MostHeaderBytes); // one more is what an optimiser counts
    }
}
