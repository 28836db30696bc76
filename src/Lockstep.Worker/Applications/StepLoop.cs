using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Worker.Applications;

/// <summary>
/// A program's own loop over the steps of a run: <c>while (loop.Step(...)) { ... }</c>. It runs in each worker on a thread of its own, and
/// between two steps it may look at the net, which has the same weights on all workers. A worker that is lost and replaced begins its loop
/// anew, at the run's step.
/// </summary>
public sealed class StepLoop
{
    private readonly Handover _handover;
    private readonly List<StateTensor> _state = [];

    internal StepLoop(Handover handover) => _handover = handover;

    /// <summary>Updates that the weights have seen, over all of the run.</summary>
    public long Made { get; internal set; }

    /// <summary>The step before; null before the first of this process.</summary>
    public StepRecord? LastStep { get; internal set; }

    /// <summary>The newest evaluation; null before the first of this process.</summary>
    public Evaluation? LastEvaluation { get; internal set; }

    /// <summary>Whether an epoch has just ended, and its evaluation is there.</summary>
    public bool HasEvaluated => LastEvaluation is { } evaluation && evaluation.Step == Made;

    /// <summary>Whether this is the worker of replica 0, of which there is one: the place to print.</summary>
    public bool IsFirst { get; internal set; }

    internal IReadOnlyList<StateTensor> State => _state;

    /// <summary>
    /// Keeps a tensor of the loop's own with the run, such as an average of weights: it is saved and restored with the net, and a newcomer
    /// gets that of replica 0. To be called before the first step; passes may change it, and nothing else.
    /// </summary>
    /// <param name="name">The same on every worker; none of the net's.</param>
    /// <param name="value">On the CPU, with its first value; the loop keeps it alive.</param>
    /// <exception cref="InvalidOperationException">A step has been made.</exception>
    public void Keep(string name, Tensor value)
    {
        if (_handover.HasBegun)
            throw new InvalidOperationException($"'{name}' is to be kept after the first step; call Keep before it.");
        _state.Add(new StateTensor(name, value));
    }

    /// <summary>
    /// Makes the next step: the pass, then the sum of the gradients over all replicas, the vote, the update, and whatever is due then: an
    /// evaluation, a checkpoint.
    /// </summary>
    /// <param name="pass">
    /// What the step does with its samples: once or more <see cref="StepPass.Backward(Tensor, bool)"/>. It runs for each micro-batch, and
    /// again where a worker was lost. The net's own loss when null.
    /// </param>
    /// <returns>False when the run is over, and no step was made.</returns>
    /// <exception cref="OperationCanceledException">This worker has lost its place; let it through.</exception>
    public bool Step(Action<StepPass>? pass = null) => _handover.Ask(pass);
}
