using AlexNet.Core.Collectives;
using AlexNet.Model;
using AlexNet.Model.Parameters;
using static TorchSharp.torch;

namespace AlexNet.Worker;

/// <summary>The gradients of some parameters, one after the other in memory that a transport can read.</summary>
internal sealed class GradientBucket : IDisposable
{
    private const int Alignment = 16; // elements: a parameter begins at a cache line

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Tensor _flat; // all elements, fp32, on the CPU
    private readonly IReadOnlyList<Tensor> _views; // of each parameter's shape

    public GradientBucket(IReadOnlyList<Parameter> parameters)
    {
        _parameters = parameters;
        using var scope = NewDisposeScope();
        _flat = zeros(parameters.Sum(Padded), dtype: ScalarType.Float32).DetachFromDisposeScope();
        var views = new List<Tensor>();
        long start = 0;
        foreach (var parameter in parameters)
        {
            views.Add(_flat.narrow(0, start, parameter.Count).view([.. parameter.Shape]).DetachFromDisposeScope());
            start += Padded(parameter);
        }
        _views = views;
    }

    public TensorMemory Memory => HostMemory.Of(_flat);

    /// <summary>Takes the gradients of this step; zeros where there is none.</summary>
    public void Fill()
    {
        using var guard = no_grad();
        foreach (var (parameter, view) in _parameters.Zip(_views))
        {
            using var gradient = parameter.Value.grad;
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
        _flat.Dispose();
    }

    private static long Padded(Parameter parameter) => (parameter.Count + Alignment - 1) / Alignment * Alignment;
}
