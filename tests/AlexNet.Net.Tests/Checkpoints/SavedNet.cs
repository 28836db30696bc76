using AlexNet.Net.Shards;
using AlexNet.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Torch.Checkpoints;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.Collectives;
using TorchSharp;

namespace AlexNet.Net.Tests.Checkpoints;

/// <summary>Saves a recipe's net as shards of any number, and computes what a saved net says of images.</summary>
internal static class SavedNet
{
    /// <summary>Saves the initial weights, with optimiser state that is a function of the weights, from every shard.</summary>
    /// <returns>The checkpoint's directory.</returns>
    public static async Task<string> SaveAsync(Recipe recipe, int shards, string run)
    {
        var (target, files) = (new CheckpointDirectory(CheckpointFiles.Unfinished(run, 0, 1)), new List<ManifestFile>());
        for (int index = 0; index < shards; index++)
        {
            using var shard = Shard(recipe, shards, index);
            using var optimizer = Optimizer.Create(recipe.Optimizer, shard.Parameters);
            FillState(optimizer, shard);
            using var copy = new CheckpointCopy(shard.Parameters, [], optimizer, null, index, shards);
            files.AddRange((await (copy.Begin(target) ?? throw new InvalidOperationException("a new copy is busy."))).Files);
        }
        return new CheckpointStore(run).Publish(
            new Manifest
            {
                RunId = "parity",
                Step = 0,
                Epoch = 1,
                StepInEpoch = 0,
                Generation = 1,
                Replicas = 1,
                Shards = shards,
                RecipeHash = Manifest.HashOf(recipe),
                Environment = new RunEnvironment(torch.get_num_threads(), InstructionSet.Here, torch.__version__, "cpu", "fp32"),
                Files = files,
            }
        );
    }

    /// <summary>The logits of a net whose weights come from a file: samples x classes, row by row.</summary>
    public static double[] Logits(Recipe recipe, string weightsFile, torch.Tensor images)
    {
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        using var shard = Shard(recipe with { Seed = recipe.Seed + 1 }, 1, 0); // other weights than the file's, until they are read
        using (var weights = ShardedTensors.Open(weightsFile))
            WeightFiles.Read(weights, shard.Parameters);
        int[] indices = Enumerable.Range(0, (int)images.shape[0]).ToArray();
        return [.. shard.Forward(images, new PassContext(Training: false, 0, indices)).Logits.data<float>().Select(x => (double)x)];
    }

    private static Shard Shard(Recipe recipe, int shards, int index) =>
        new(recipe, new RunTopology(1, shards), index, new Exchange(new LocalCollectives()), torch.CPU);

    private static void FillState(IOptimizer optimizer, Shard shard)
    {
        using var guard = torch.no_grad();
        foreach (var state in optimizer.State)
        {
            var parameter = shard.Parameters.Single(p => state.Name.StartsWith(p.Name + ".", StringComparison.Ordinal));
            state.Value.copy_(parameter.Value.mul(state.Name.Length));
        }
    }
}
