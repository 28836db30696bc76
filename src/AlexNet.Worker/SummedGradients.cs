using AlexNet.Core.Collectives;
using AlexNet.Model;
using AlexNet.Model.Native;
using AlexNet.Model.Parameters;
using AlexNet.Transport.SharedMemory;
using static TorchSharp.torch;

namespace AlexNet.Worker;

/// <summary>Gradients that travel as they are, one after the other in memory where workers of this host can sum them in place.</summary>
internal sealed class SummedGradients : IGradientBucket
{
    private const int Alignment = 16; // elements: a parameter begins at a cache line

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly int _point;
    private readonly ElementType _type;
    private readonly SharedMemoryBlock _block; // all elements
    private readonly PageLock? _lock; // where they come from a GPU
    private readonly IReadOnlyList<Tensor> _views; // of each parameter's shape

    /// <param name="parameters">Whose gradients these are.</param>
    /// <param name="point">Names the sum among those of a step.</param>
    /// <param name="type">What they travel as.</param>
    /// <param name="allocate">Makes zeroed memory of so many bytes.</param>
    public SummedGradients(IReadOnlyList<Parameter> parameters, int point, ElementType type, Func<long, SharedMemoryBlock> allocate)
    {
        (_parameters, _point, _type) = (parameters, point, type);
        _block = allocate(parameters.Sum(Padded) * type.Size());
        if (parameters.Any(p => p.Value.device_type == TorchSharp.DeviceType.CUDA))
            _lock = new PageLock(Memory.Address, Memory.Bytes);
        using var scope = NewDisposeScope();
        var views = new List<Tensor>();
        long start = 0;
        foreach (var parameter in parameters)
        {
            views.Add(HostMemory.View(Memory.Slice(start, parameter.Count)).view([.. parameter.Shape]).DetachFromDisposeScope());
            start += Padded(parameter);
        }
        _views = views;
    }

    private TensorMemory Memory => _block.Memory(_type);

    public IEnumerable<IPendingOperation> Begin(ICollectives replicas, long step)
    {
        Fill();
        return [replicas.AllReduce(new Operation(OperationKind.Reduce, step, _point), Memory)];
    }

    public void Finish()
    {
        using var guard = no_grad();
        foreach (var (parameter, view) in _parameters.Zip(_views))
            parameter.SetGradient(view);
    }

    public void Dispose()
    {
        foreach (var view in _views)
            view.Dispose();
        _lock?.Dispose();
        _block.Dispose();
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

    private static long Padded(Parameter parameter) => (parameter.Count + Alignment - 1) / Alignment * Alignment;
}
