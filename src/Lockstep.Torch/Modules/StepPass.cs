using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// One pass of a program's own loop: a step's samples, or a micro-batch of them, as this replica has them. It may be made again for the
/// same step where a worker was lost in it, so it changes nothing of the program's that it does not find back.
/// </summary>
public sealed class StepPass
{
    private readonly ModulePass _pass;

    internal StepPass(ModulePass pass) => _pass = pass;

    /// <summary>The samples, where the arithmetic is.</summary>
    public Batch Batch => _pass.Samples;

    /// <summary>The step that is being made, from 1.</summary>
    public long Number => _pass.Step + 1;

    /// <summary>The number of this micro-batch within the step, from 0.</summary>
    public int MicroBatch => _pass.MicroBatch;

    /// <summary>The name of the step's phase; null where steps have none.</summary>
    public string? Phase => _pass.Phase;

    /// <summary>Runs a loss backward. Gradients of several calls add up, and so do the losses that the run reports.</summary>
    /// <param name="loss">One number, the mean over the pass's samples, or one for each of them, [samples].</param>
    /// <param name="retainGraph">Another loss needs the same graph.</param>
    /// <exception cref="ArgumentException">The loss has another shape.</exception>
    public void Backward(Tensor loss, bool retainGraph = false) => _pass.Backward(loss, retainGraph);

    /// <summary>Runs a loss backward that is a sum and the weight that it is to be divided by, of the samples of all replicas.</summary>
    /// <param name="sum">One number.</param>
    /// <param name="weight">One number.</param>
    /// <param name="retainGraph">Another loss needs the same graph.</param>
    /// <exception cref="ArgumentException">One is more than a number, or the net has no weighted loss.</exception>
    public void Backward(Tensor sum, Tensor weight, bool retainGraph = false) => _pass.Backward(sum, weight, retainGraph);

    /// <summary>Makes the pass as it is without a loop: the net's loss of the samples, run backward.</summary>
    public void Backward() => _pass.Backward();
}
