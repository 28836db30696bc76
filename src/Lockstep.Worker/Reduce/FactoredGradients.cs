using Lockstep.Core.Collectives;
using Lockstep.Core.Sampling;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.SharedMemory;
using static TorchSharp.torch;

namespace Lockstep.Worker.Reduce;

/// <summary>
/// Gradients of a fully connected layer that travel as their factors. Each member gathers the rows of all, in ascending order, and makes
/// the same product of them: the same bits, where processor, threads and libtorch are the same.
/// </summary>
internal sealed class FactoredGradients : IGradientBucket
{
    private readonly GradientFactors _factors;
    private readonly OperationKind _kind;
    private readonly int _point;
    private readonly StepPlan _steps;
    private readonly ICollectives _members;
    private readonly RowShares _shares;
    private readonly GradientRoom _inputs,
        _outputs; // a row for each sample of the global batch
    private int _rows; // of the step in progress

    /// <param name="factors">The layer's.</param>
    /// <param name="point">Names the gathering of the inputs among the operations of a step; the next number that of the outputs'
    /// gradients.</param>
    /// <param name="kind">Names the two gatherings too.</param>
    /// <param name="steps">Says how many samples a step has.</param>
    /// <param name="members">Who has the gradients then.</param>
    /// <param name="shares">The rows that each of them brings.</param>
    /// <param name="allocate">Makes zeroed memory of so many bytes.</param>
    public FactoredGradients(
        GradientFactors factors,
        OperationKind kind,
        int point,
        StepPlan steps,
        ICollectives members,
        RowShares shares,
        Func<long, SharedMemoryBlock> allocate
    )
    {
        (_factors, _kind, _point, _steps, _members, _shares) = (factors, kind, point, steps, members, shares);
        (_inputs, _outputs) = (Room(factors.Inputs), Room(factors.Outputs));

        GradientRoom Room(int columns) =>
            new((long)steps.Batch * columns, HostMemory.ElementOf(factors.Type), factors.Weight.Value.device, members, allocate);
    }

    public IEnumerable<IPendingOperation> Begin(long step)
    {
        _rows = _steps.Positions(step).Length;
        var own = _shares(_rows, _members.Size, _members.Rank);
        using (var x = Rows(_inputs, _factors.Inputs))
        using (var y = Rows(_outputs, _factors.Outputs))
        using (var ownX = x.narrow(0, own.Start, own.Length))
        using (var ownY = y.narrow(0, own.Start, own.Length))
            _factors.MoveTo(ownX, ownY);
        return
        [
            _members.AllGather(new Operation(_kind, step, _point), Parts(_inputs, _factors.Inputs)),
            _members.AllGather(new Operation(_kind, step, _point + 1), Parts(_outputs, _factors.Outputs)),
        ];
    }

    public void Finish()
    {
        using var x = Rows(_inputs, _factors.Inputs);
        using var y = Rows(_outputs, _factors.Outputs);
        _factors.Multiply(x, y);
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _outputs.Dispose();
    }

    /// <summary>samples of the step x columns.</summary>
    private Tensor Rows(GradientRoom room, int columns)
    {
        using var flat = room.Tensor.narrow(0, 0, (long)_rows * columns);
        return flat.view(_rows, columns);
    }

    private TensorMemory[] Parts(GradientRoom room, long columns) =>
        [
            .. Enumerable
                .Range(0, _members.Size)
                .Select(member => _shares(_rows, _members.Size, member))
                .Select(part => room.Memory.Slice(part.Start * columns, part.Length * columns)),
        ];
}
