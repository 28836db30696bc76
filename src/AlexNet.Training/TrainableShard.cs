using AlexNet.Data.Loading;
using AlexNet.Net.Shards;
using AlexNet.Net.Trained;
using Lockstep.Core.Collectives;
using Lockstep.Core.Metrics;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Training;

/// <summary>A shard in training on pictures: images and labels come in, the softmax's cross entropy comes out.</summary>
/// <param name="shard">The net's.</param>
/// <param name="sharing">Brings it its pictures.</param>
/// <param name="classes">The data's; of five and less, every class is among the first five, and that is no measure.</param>
/// <param name="targets">What training measures outputs against; null for the labels.</param>
internal sealed class TrainableShard(Shard shard, BatchSharing sharing, int classes, TargetWeights? targets) : ITrainable
{
    public Arithmetic Arithmetic => shard.Arithmetic;

    public IReadOnlyList<Parameter> Parameters => shard.Parameters;

    public IReadOnlyList<GradientGroup> Groups => shard.Groups;

    private const int FewClasses = 5;

    public IReadOnlyList<string> Metrics { get; } =
        classes > FewClasses ? [MetricNames.TestLoss, MetricNames.Top1, MetricNames.Top5] : [MetricNames.TestLoss, MetricNames.Top1];

    /// <returns>
    /// Images as the shard takes them, and the labels of the replica's whole part; in training, samples x classes of targets in their place
    /// where the recipe has such.
    /// </returns>
    public LoadedBatch Load(IBatch batch, PassContext pass)
    {
        if (batch is not Batch pictures)
            throw new ArgumentException($"a batch of pictures is needed; this is {batch.GetType().Name}.", nameof(batch));
        var operation = new Operation(pass.Training ? OperationKind.Batch : OperationKind.Evaluate, pass.Step);
        var images = sharing.Images(operation, pictures); // samples x channels x height x width
        var aims =
            pass.Training && targets is not null
                ? tensor(targets.Of(pictures)).reshape(pictures.Labels.Length, targets.Classes)
                : tensor(pictures.Labels);
        return new LoadedBatch(batch.Plan, [images, aims.to(shard.Device, non_blocking: true)]);
    }

    public LossShare Train(LoadedBatch batch, Extent part, PassContext pass, IPassProgress progress)
    {
        var (images, aims) = (batch.Tensors[0], batch.Tensors[1].narrow(0, part.Start, part.Length));
        bool isWhole = part.Length == batch.Plan.Count; // a shard that sees a part of the samples has no others
        var forward = shard.Forward(isWhole ? images : images.narrow(0, part.Start, part.Length), pass);
        var loss = targets is null
            ? SoftmaxLoss.Of(forward.Logits, aims, batch.Plan.GlobalCount)
            : SoftmaxLoss.OfTargets(forward.Logits, aims, batch.Plan.GlobalCount);
        progress.Turned();
        shard.Backward(forward, loss.LogitsGradient, progress.Finished);
        return new LossShare(loss.Loss);
    }

    public void Evaluate(LoadedBatch batch, PassContext pass, MetricSums sums)
    {
        var tally = new EvaluationTally();
        tally.Add(shard.Forward(batch.Tensors[0], pass).Logits, batch.Tensors[1]);
        sums.Add(MetricNames.TestLoss, tally.LossSum);
        sums.Add(MetricNames.Top1, tally.Top1Hits);
        if (classes > FewClasses)
            sums.Add(MetricNames.Top5, tally.Top5Hits);
    }

    public void AfterRestore() => shard.RoundWeights();

    public void Forget() => shard.ClearGradients();

    public void Dispose() => shard.Dispose();
}
