using Lockstep.Torch.Trainables;

namespace Lockstep.Torch.Modules;

/// <summary>
/// A program's own loop over the steps: it says what each pass does. Disposing it ends the loop, and waits until it has ended.
/// </summary>
public interface IPassLoop : IDisposable
{
    /// <summary>What the loop keeps beside the net: saved, restored and brought to newcomers with it.</summary>
    IReadOnlyList<StateTensor> State { get; }

    /// <summary>Makes the passes of one micro-batch; called again for the same step where a worker was lost in it.</summary>
    void Run(StepPass pass);
}
