using AlexNet.Net.Images;
using AlexNet.Net.Shards;
using AlexNet.Recipes;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Storage.Checkpoints;
using Lockstep.Torch.Checkpoints;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Trained;

/// <summary>A trained net, loaded whole into this process, whatever layout trained it.</summary>
public sealed class TrainedNet : IDisposable
{
    private readonly Shard _shard;
    private readonly ImageBatch _images;
    private readonly NetShape _shape;
    private readonly TrainingRecipe _training;
    private long _passes;

    private TrainedNet(Recipe recipe, Shard shard) =>
        (_shard, _images, _shape, _training) = (
            shard,
            new ImageBatch(recipe.Data, shard.Device, shard.ImageType),
            NetShape.Of(recipe),
            recipe.Training
        );

    /// <summary>Loads a checkpoint, every byte of whose weights is verified.</summary>
    /// <param name="recipe">Describes the net.</param>
    /// <param name="checkpoint">Its directory, or a safetensors file.</param>
    /// <param name="alone">The collectives of a process that is all there is.</param>
    /// <param name="device"><c>auto</c> (a GPU if there is one), <c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="BadInputException">It is damaged or of another net, or there is no such device.</exception>
    public static TrainedNet Load(Recipe recipe, string checkpoint, ICollectives alone, string device)
    {
        NativeLibraries.Load();
        var shard = new Shard(recipe, new RunTopology(1, 1), 0, new Exchange(alone), DeviceChoice.Choose(device));
        try
        {
            using var weights = ShardedTensors.Open(checkpoint);
            WeightFiles.Read(weights, shard.Parameters);
            return new TrainedNet(recipe, shard);
        }
        catch
        {
            shard.Dispose();
            throw;
        }
    }

    /// <summary>The logarithm of the softmax of the logits: what the net thinks of each picture.</summary>
    /// <param name="pixels">samples x channels x height x width, as bytes.</param>
    /// <param name="samples">The number of samples.</param>
    /// <returns>samples x classes; NaN where the weights lead to nothing that is a number.</returns>
    /// <exception cref="MemoryExhaustedException">The batch does not fit.</exception>
    public float[] LogProbabilities(ReadOnlySpan<byte> pixels, int samples)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        try
        {
            var bytes = _images.Room(samples, _shape.Image);
            HostMemory.Fill(bytes, pixels);
            var pass = _shard.Forward(_images.Normalise(bytes), new PassContext(Training: false, _passes++, new int[samples]));
            return pass.Logits.log_softmax(1).cpu().data<float>().ToArray();
        }
        catch (Exception e) when (MemoryExhaustedException.From(e, _training) is { } exhausted)
        {
            throw exhausted;
        }
    }

    public void Dispose() => _shard.Dispose();
}
