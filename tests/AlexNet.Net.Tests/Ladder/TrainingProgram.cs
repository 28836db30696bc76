using AlexNet.Net.Shards;
using AlexNet.Recipes;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.Collectives;
using TorchSharp;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>The training of a fixture as one worker does it: the same batch in every step, forward, loss, backward, update.</summary>
internal sealed class TrainingProgram : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly ParityFixture _fixture;
    private readonly Recipe _recipe;
    private readonly IOptimizer _optimizer;
    private readonly torch.Tensor _images,
        _labels;

    public TrainingProgram(ParityFixture fixture, Precision precision = Precision.Fp32)
    {
        var recipe = fixture.ReadRecipe();
        (_fixture, _recipe) = (fixture, recipe with { Training = recipe.Training with { Precision = precision } });
        Shard = new Shard(_recipe, new RunTopology(1, 1), 0, new Exchange(new LocalCollectives()), torch.CPU);
        _optimizer = Optimizer.Create(_recipe.Optimizer, Shard.Parameters);
        _images = ParityBatch.Images(fixture, _recipe.Data);
        _labels = ParityBatch.Labels(fixture, _recipe.Data);
    }

    /// <summary>The whole net.</summary>
    public Shard Shard { get; }

    /// <summary>One step; returns its loss.</summary>
    /// <param name="step">Counted from 0.</param>
    /// <param name="beforeUpdate">Sees the pass and, in the shard's parameters, its gradients.</param>
    public double Step(int step, Action<ForwardPass> beforeUpdate)
    {
        using var scope = torch.NewDisposeScope();
        var pass = Shard.Forward(_images, new PassContext(Training: true, step, _fixture.Samples.ToArray()));
        var loss = SoftmaxLoss.Of(pass.Logits, _labels, _fixture.GlobalBatch);
        Shard.Backward(pass, loss.LogitsGradient, _ => { });
        beforeUpdate(pass);
        _optimizer.Step(_recipe.Optimizer.Rate);
        Shard.ClearGradients();
        return loss.Value;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        Shard.Dispose();
        _scope.Dispose();
    }
}
