using static TorchSharp.torch;

namespace AlexNet.Model.Normalisation;

/// <summary>
/// <see cref="SimdLrn"/> as an operation of autograd: (input, <see cref="ConvEpilogue"/>) -> output. It keeps its input and, where it pools, a byte for each
/// output; the sums are made again in backward, since a pass over saved ones would move more memory than it saves. An exception in a
/// backward would end the process, so everything that can be wrong is found in forward.
/// </summary>
internal sealed class SimdLrnFunction : autograd.SingleTensorFunction<SimdLrnFunction>
{
    private const string Epilogue = "epilogue", Kept = "kept";

    public override string Name => nameof(SimdLrnFunction);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        if (vars is not [Tensor input, ConvEpilogue epilogue])
            throw new ArgumentException($"{Name} takes a tensor and an {nameof(ConvEpilogue)}.", nameof(vars));
        var (output, places) = SimdLrn.Forward(input, epilogue);
        ctx.save_for_backward(places is null ? [input] : [input, places]);
        ctx.save_data(Epilogue, epilogue);
        return output;
    }

    public override List<Tensor?> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var epilogue = (ConvEpilogue)ctx.get_data(Epilogue);
        var places = saved.Count > 1 ? saved[1] : null;
        List<Tensor?> gradients = [SimdLrn.Backward(saved[0], places, grad_output, epilogue), null];
        ctx.save_data(Kept, gradients); // libtorch copies it only after this method has returned
        return gradients;
    }
}
