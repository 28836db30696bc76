using AlexNet.Core.Collectives;
using AlexNet.Model;
using AlexNet.Model.Parameters;

namespace AlexNet.Worker;

/// <summary>
/// Sums gradients over replicas. A segment's gradients set out as soon as they are complete, while earlier segments are still computed.
/// </summary>
internal sealed class GradientReducer(ICollectives replicas, IReadOnlyList<Parameter> parameters)
{
    private readonly List<IPendingOperation> _pending = [];

    /// <summary>Begins the sums of one segment's gradients.</summary>
    public void Begin(Segment segment, long step)
    {
        if (replicas.Size == 1)
            return;
        foreach (var parameter in segment.Parameters)
        {
            var memory = HostMemory.Of(parameter.Gradient());
            _pending.Add(replicas.AllReduce(new Operation(OperationKind.Reduce, step, Number(parameter)), memory));
        }
    }

    /// <summary>Blocks until every sum is complete.</summary>
    /// <exception cref="PeerLostException">Another replica did not come.</exception>
    public void Wait()
    {
        foreach (var operation in _pending)
            operation.Wait();
        _pending.Clear();
    }

    private int Number(Parameter parameter)
    {
        for (int i = 0; i < parameters.Count; i++)
            if (ReferenceEquals(parameters[i], parameter))
                return i;
        throw new ArgumentException($"parameter '{parameter.Name}' is none of this shard's.", nameof(parameter));
    }
}
