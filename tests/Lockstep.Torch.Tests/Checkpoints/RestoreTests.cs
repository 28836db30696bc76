using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Native;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Torch.Checkpoints;

namespace Lockstep.Torch.Tests.Checkpoints;

public sealed class RestoreTests : IDisposable
{
    private readonly TemporaryFolder _run = new();

    public RestoreTests() => NativeLibraries.Load();

    public static TheoryData<OptimizerRecipe, int, int> Layouts =>
        [
            .. from recipe in new OptimizerRecipe[]
            {
                new SgdRecipe { Rate = 0.1, WeightDecay = 0.05 },
                new AdamRecipe { Rate = 0.1 },
            }
            from layout in new[] { (1, 1), (2, 1), (1, 4), (4, 2) }
            select (recipe, layout.Item1, layout.Item2),
        ];

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Updates_go_on_bitwise_after_a_resume_in_any_layout(OptimizerRecipe recipe, int shards, int resumedShards)
    {
        string checkpoint = await SaveAsync(recipe, shards, step: 3);
        using var undisturbed = new SmallShard(recipe);
        for (int step = 1; step <= 5; step++)
            undisturbed.Step(step);
        var expected = undisturbed.Bits();

        var found = expected.Keys.ToDictionary(name => name, _ => new List<byte>());
        for (int shard = 0; shard < resumedShards; shard++)
        {
            using var resumed = Load(recipe, checkpoint, shard, resumedShards);
            resumed.Step(4);
            resumed.Step(5);
            foreach (var (name, bits) in resumed.Bits())
                found[name].AddRange(bits); // rows of the first dimension follow each other
        }
        Assert.All(expected, tensor => Assert.Equal(tensor.Value, found[tensor.Key]));
    }

    [Fact]
    public async Task Restore_StateOfAnotherOptimiser_SaysWhichTensorIsMissing()
    {
        string checkpoint = await SaveAsync(new SgdRecipe { Rate = 0.1 }, shards: 1, step: 1);
        var error = Assert.Throws<BadInputException>(() => Load(new AdamRecipe { Rate = 0.1 }, checkpoint, 0, 1));
        Assert.Contains("'one.weight.mean' is not in it; it holds one.bias.velocity", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _run.Dispose();

    private async Task<string> SaveAsync(OptimizerRecipe recipe, int shards, int step)
    {
        var (target, files) = (new CheckpointDirectory(CheckpointFiles.Unfinished(_run.Path, step, 1)), new List<ManifestFile>());
        for (int index = 0; index < shards; index++)
        {
            using var shard = new SmallShard(recipe, index, shards);
            for (int update = 1; update <= step; update++)
                shard.Step(update);
            using var copy = new CheckpointCopy(shard.Parameters, [], shard.Optimizer, null, index, shards);
            files.AddRange((await (copy.Begin(target) ?? throw new InvalidOperationException("a new copy is busy."))).Files);
        }
        return new CheckpointStore(_run.Path).Publish(
            new Manifest
            {
                RunId = "run-1",
                Step = step,
                Epoch = 1,
                StepInEpoch = step,
                Generation = 1,
                Replicas = 1,
                Shards = shards,
                RecipeHash = "",
                Environment = new RunEnvironment(1, InstructionSet.Here, "2.10.0", "cpu", "fp32"),
                Files = files,
            }
        );
    }

    private static SmallShard Load(OptimizerRecipe recipe, string checkpoint, int index, int shards)
    {
        var shard = new SmallShard(recipe, index, shards);
        using (var weights = ShardedTensors.Open(checkpoint))
            WeightFiles.Read(weights, shard.Parameters);
        using (var state = ShardedTensors.Open(checkpoint, CheckpointFiles.Optimizer))
            shard.Optimizer.Restore(state, Manifest.Read(checkpoint).Step);
        return shard;
    }
}
