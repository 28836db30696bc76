using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>One micro-batch on its way through a net: forward and backward, by the task's loss or as the program's own loop says.</summary>
internal sealed class ModulePass(ModuleTask task, Batch samples, PassContext context, int phase, int all, IPassProgress progress)
{
    private Tensor? _sum,
        _weight;

    public Batch Samples => samples;

    public long Step => context.Step;

    public int MicroBatch => context.MicroBatch;

    public string? Phase => task.Phases.Count > 0 ? task.Phases[phase].Name : null;

    /// <summary>Makes it; gradients are set, and the shares of the loss are without their graph.</summary>
    public LossShare Run()
    {
        if (task.Loop is { } loop)
            loop.Run(new StepPass(this));
        else
            Backward();
        return _sum is { } sum
            ? new LossShare(sum, _weight)
            : throw new InvalidOperationException(
                $"step {Step + 1} of the program's loop has no backward pass; call step.Backward(loss) in it once or more."
            );
    }

    /// <summary>By the task's own loss.</summary>
    public void Backward()
    {
        if (task.WeightedLoss?.Invoke(samples) is { } weighed)
            Backward(weighed.Sum, weighed.Weight);
        else
            Backward(task.Loss is { } only ? only(samples) : task.Phases[phase].Loss(samples));
    }

    public void Backward(Tensor loss, bool retainGraph = false)
    {
        if (task.WeightedLoss is not null)
            throw new ArgumentException("this net has a weighted loss; call step.Backward(sum, weight), so that replicas add up both.");
        Take(new LossShare(Losses.ShareOf(loss, samples.Count, all)), retainGraph);
    }

    public void Backward(Tensor sum, Tensor weight, bool retainGraph = false)
    {
        if (task.WeightedLoss is null)
            throw new ArgumentException("this net has no weighted loss; declare it with WeightedLoss(...), so that replicas add up both.");
        Take(Losses.Weighed(sum, weight), retainGraph);
    }

    private void Take(LossShare share, bool retainGraph)
    {
        if (_sum is null)
            progress.Turned();
        share.Sum.backward(retain_graph: retainGraph);
        _sum = _sum is { } sum ? sum + share.Sum.detach() : share.Sum.detach();
        if (share.Weight is { } weight)
            _weight = _weight is { } before ? before + weight.detach() : weight.detach();
    }
}
