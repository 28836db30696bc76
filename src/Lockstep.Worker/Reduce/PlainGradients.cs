using Lockstep.Core.Collectives;
using Lockstep.Core.Reductions;
using Lockstep.Torch.Parameters;
using Lockstep.Transport.SharedMemory;
using static TorchSharp.torch;

namespace Lockstep.Worker.Reduce;

/// <summary>
/// Gradients that travel as they are, one after the other in memory where workers of this host can sum them in place: all members come to
/// have the sum of theirs, or, where a part of the net is kept by another worker, the owner's.
/// </summary>
internal sealed class PlainGradients : IGradientBucket
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly int _point;
    private readonly ICollectives _members;
    private readonly Keeping? _keeping;
    private readonly GradientRoom _room;
    private readonly IReadOnlyList<Tensor> _views; // of each parameter's shape

    /// <param name="parameters">The parameters whose gradients travel.</param>
    /// <param name="point">Names the operation among those of a step.</param>
    /// <param name="type">What they travel as.</param>
    /// <param name="members">The workers that take part.</param>
    /// <param name="keeping">The way from owner to keeper; null for a sum.</param>
    /// <param name="allocate">Makes zeroed memory of so many bytes.</param>
    public PlainGradients(
        IReadOnlyList<Parameter> parameters,
        int point,
        ElementType type,
        ICollectives members,
        Keeping? keeping,
        Func<long, SharedMemoryBlock> allocate
    )
    {
        (_parameters, _point, _members, _keeping) = (parameters, point, members, keeping);
        _room = new GradientRoom(parameters.Sum(Padded), type, parameters[0].Value.device, members, allocate);
        using var scope = NewDisposeScope();
        var views = new List<Tensor>();
        long start = 0;
        foreach (var parameter in parameters)
        {
            views.Add(_room.Tensor.narrow(0, start, parameter.Count).view([.. parameter.Shape]).DetachFromDisposeScope());
            start += Padded(parameter);
        }
        _views = views;
    }

    public IEnumerable<IPendingOperation> Begin(long step)
    {
        if (_keeping is null or { Owns: true })
            Fill();
        return _keeping is null
            ? [_members.AllReduce(new Operation(OperationKind.Reduce, step, _point), _room.Memory)]
            : [_members.AllGather(new Operation(OperationKind.Keep, step, _point), _keeping.Parts(_room.Memory))];
    }

    public void Finish()
    {
        if (_keeping is { Owns: true })
            return;
        using var guard = no_grad();
        foreach (var (parameter, view) in _parameters.Zip(_views))
            parameter.SetGradient(view);
    }

    public void Dispose()
    {
        foreach (var view in _views)
            view.Dispose();
        _room.Dispose();
    }

    /// <summary>Takes the gradients of this step; zeros where there is none.</summary>
    private void Fill()
    {
        using var guard = no_grad();
        foreach (var (parameter, view) in _parameters.Zip(_views))
        {
            using var gradient = parameter.FindGradient();
            if (gradient is null)
                view.zero_();
            else
                view.copy_(gradient);
        }
    }

    private static long Padded(Parameter parameter) => SumPadding.Padded(parameter.Count);
}
