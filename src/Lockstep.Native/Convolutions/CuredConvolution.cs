using TorchSharp;
using static TorchSharp.torch;
using Conv = TorchSharp.Modules.Convolution;

namespace Lockstep.Native.Convolutions;

/// <summary>
/// A convolution whose hooks have its channels filled up. The module itself computes an empty batch, which costs next to nothing,
/// and what it returns is replaced: a hook can change what goes in and what comes out, but not what is done between.
/// </summary>
internal sealed class CuredConvolution
{
    private Tensor? _input;

    public CuredConvolution(string name, Conv module)
    {
        (Name, Module) = (name, module);
        module.register_forward_pre_hook((_, x) => Before(x));
        module.register_forward_hook((_, _, output) => After(output));
    }

    public string Name { get; }

    public Conv Module { get; }

    /// <summary>Whether its hooks have run, whatever the device and the type.</summary>
    public bool HasRun { get; private set; }

    public bool HasGradient()
    {
        using var gradient = Module.weight.grad;
        return gradient is not null;
    }

    private Tensor Before(Tensor x)
    {
        HasRun = true;
        bool isConcerned = x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16;
        _input = isConcerned ? x : null;
        return isConcerned ? Batch(x).narrow(0, 0, 0) : x;
    }

    private Tensor After(Tensor output)
    {
        if (_input is not { } x)
            return output;
        (_input, bool isBatch) = (null, x.dim() == Module.weight.dim());
        output.Dispose();
        using var scope = NewDisposeScope();
        var computed = FilledConvolution.Of(Module, Batch(x));
        return (isBatch ? computed : computed.squeeze(0)).MoveToOuterDisposeScope();
    }

    private Tensor Batch(Tensor x) => x.dim() == Module.weight.dim() ? x : x.unsqueeze(0);
}
