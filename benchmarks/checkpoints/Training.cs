using System.Diagnostics;
using AlexNet.Net.Shards;
using AlexNet.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Checkpoints;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.Collectives;
using TorchSharp;

/// <summary>
/// One worker that trains the whole net on the same random batch again and again, and waits for a copy as the training loop does.
/// </summary>
internal sealed class Training : IDisposable
{
    private readonly Recipe _recipe;
    private readonly Shard _shard;
    private readonly IOptimizer _optimizer;
    private readonly torch.Tensor _images,
        _labels;
    private readonly int[] _samples;
    private int _step;

    public Training(Recipe recipe, int batch)
    {
        (_recipe, _samples) = (recipe, [.. Enumerable.Range(0, batch)]);
        _shard = new Shard(recipe, new RunTopology(1, 1), 0, new Exchange(new LocalCollectives()), torch.CPU);
        _optimizer = Optimizer.Create(recipe.Optimizer, _shard.Parameters);
        _images = torch.randn(batch, recipe.Data.Channels, recipe.Data.Height, recipe.Data.Width);
        _labels = torch.zeros(batch, dtype: torch.int64);
        Copy = new CheckpointCopy(_shard.Parameters, [], _optimizer, null, 0, 1);
    }

    public CheckpointCopy Copy { get; }

    /// <summary>One step.</summary>
    /// <returns>Its time, and the part of it that waited for a copy.</returns>
    public (TimeSpan Step, TimeSpan Blocked) Step()
    {
        using var scope = torch.NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        var pass = _shard.Forward(_images, new PassContext(Training: true, _step++, _samples));
        var loss = SoftmaxLoss.Of(pass.Logits, _labels, _samples.Length);
        _shard.Backward(pass, loss.LogitsGradient, _ => { });
        long waiting = Stopwatch.GetTimestamp();
        Copy.WaitUntilCopied();
        var blocked = Stopwatch.GetElapsedTime(waiting);
        _optimizer.Step(_recipe.Optimizer.Rate);
        _shard.ClearGradients();
        return (Stopwatch.GetElapsedTime(start), blocked);
    }

    public void Dispose()
    {
        Copy.Dispose();
        _optimizer.Dispose();
        _shard.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }
}
