using AlexNet.Core.Collectives;
using AlexNet.Model;
using AlexNet.Model.Native;
using AlexNet.Model.Parameters;
using AlexNet.Transport.SharedMemory;
using static TorchSharp.torch;

namespace AlexNet.Worker;

/// <summary>The gradients of some parameters, one after the other in memory where workers of this host can sum them in place.</summary>
internal sealed class GradientBucket : IDisposable
{
    private const int Alignment = 16; // elements: a parameter begins at a cache line

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly SharedMemoryBlock _block; // all elements, fp32
    private readonly PageLock? _lock; // where they come from a GPU
    private readonly IReadOnlyList<Tensor> _views; // of each parameter's shape

    /// <param name="parameters">Whose gradients these are.</param>
    /// <param name="allocate">Makes zeroed memory of so many bytes.</param>
    public GradientBucket(IReadOnlyList<Parameter> parameters, Func<long, SharedMemoryBlock> allocate)
    {
        _parameters = parameters;
        _block = allocate(parameters.Sum(Padded) * sizeof(float));
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

    public TensorMemory Memory => _block.Memory(ElementType.Float32);

    /// <summary>Takes the gradients of this step; zeros where there is none.</summary>
    public void Fill()
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

    /// <summary>Makes what the bucket holds the gradients.</summary>
    public void Empty()
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

    private static long Padded(Parameter parameter) => (parameter.Count + Alignment - 1) / Alignment * Alignment;
}
