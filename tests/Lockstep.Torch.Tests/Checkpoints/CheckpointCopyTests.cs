using AlexNet.Testing;
using Lockstep.Core.Recipes;
using Lockstep.Native;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Torch.Checkpoints;

namespace Lockstep.Torch.Tests.Checkpoints;

public sealed class CheckpointCopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SmallShard _shard;
    private readonly CheckpointCopy _copy;

    public CheckpointCopyTests()
    {
        NativeLibraries.Load();
        _shard = new SmallShard(new AdamRecipe { Rate = 0.1 });
        _copy = new CheckpointCopy(_shard.Parameters, [], _shard.Optimizer, null, shard: 0, shards: 1);
        _shard.Step(1);
    }

    private CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begin_WeightsChangeAfterTheCopy_TheFilesHoldThoseBefore()
    {
        var (before, held) = (_shard.Bits(), new HeldTarget(new CheckpointDirectory(_folder.Path)));
        var saved = Begin(held);
        _copy.WaitUntilCopied();
        _shard.Step(2);
        held.Open();
        var files = await saved.WaitAsync(Stop);

        Assert.Equal(["weights-0-of-1.safetensors", "optimizer-0-of-1.safetensors"], files.Select(f => f.Name));
        Assert.All(files, file => Assert.Equal(ManifestFile.Of(_folder[file.Name]), file));
        using var tensors = ShardedTensors.OpenFiles("the test", Directory.GetFiles(_folder.Path));
        Assert.Equal(before.Keys.Order(), tensors.Shapes.Keys.Order());
        foreach (var tensor in _shard.Parameters.Select(p => p.Weights).Concat(_shard.Optimizer.State))
        {
            byte[] bytes = new byte[before[tensor.Name].Length];
            tensors.Read(tensor.Name, tensor.WholeShape, tensor.Rows, bytes);
            Assert.Equal(before[tensor.Name], bytes);
        }
        Assert.NotEqual(before["one.weight"], _shard.Bits()["one.weight"]);
    }

    [Fact]
    public async Task Begin_FormerSaveIsStillWritten_IsNotBegun()
    {
        var held = new HeldTarget(new HashingTarget());
        var first = Begin(held);
        Assert.Null(_copy.Begin(new CheckpointDirectory(_folder.Path)));
        _copy.WaitUntilCopied(); // the first one's; nothing else is awaited
        held.Open();
        await first.WaitAsync(Stop);
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Equal(2, (await Begin(new CheckpointDirectory(_folder.Path)).WaitAsync(Stop)).Count);
    }

    [Fact]
    public async Task Begin_SameWeightsElsewhere_HaveTheSameHashes()
    {
        using var replica = new SmallShard(new AdamRecipe { Rate = 0.1 });
        replica.Step(1);
        using var other = new CheckpointCopy(replica.Parameters, [], replica.Optimizer, null, shard: 0, shards: 1);
        var (saved, hashed) = (await Begin(new CheckpointDirectory(_folder.Path)), await Begin(new HashingTarget(), other));
        Assert.Equal(saved, hashed);
        replica.Step(2);
        Assert.NotEqual(saved, await Begin(new HashingTarget(), other));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)] // within the first tensor's data
    [InlineData(900)] // the weights fit, the optimiser's state does not
    public async Task Begin_DiskFull_SaysSoAndTrainingCanSaveAgain(long quota)
    {
        var error = await Assert.ThrowsAsync<IOException>(() => Begin(new FullTarget(_folder.Path, quota)));
        Assert.Contains("could not be written", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), f =>
            f.Contains("optimizer", StringComparison.Ordinal) || f.EndsWith(".unfinished", StringComparison.Ordinal)
        );
        Assert.Equal(2, (await Begin(new CheckpointDirectory(_folder.Path))).Count);
    }

    [Fact]
    public async Task Dispose_WhileWriting_LetsTheSaveEnd()
    {
        var held = new HeldTarget(new CheckpointDirectory(_folder.Path));
        var saved = Begin(held);
        _copy.Dispose();
        held.Open();
        Assert.All(await saved.WaitAsync(Stop), file => Assert.Equal(ManifestFile.Of(_folder[file.Name]), file));
    }

    public void Dispose()
    {
        _copy.Dispose();
        _shard.Dispose();
        _folder.Dispose();
    }

    private async Task<IReadOnlyList<ManifestFile>> Begin(ICheckpointTarget target, CheckpointCopy? copy = null) =>
        (await ((copy ?? _copy).Begin(target) ?? throw new InvalidOperationException("the former save is still being written."))).Files;
}
