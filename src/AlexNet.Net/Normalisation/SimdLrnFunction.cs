using AlexNet.Net.Functions;
using static TorchSharp.torch;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// <see cref="SimdLrn"/> as an operation of autograd: (input, <see cref="ConvEpilogue"/>) -> output. It keeps its input and, where it
/// pools, a byte for each output; the sums are made again in backward, since a pass over saved ones would move more memory than it saves.
/// </summary>
internal sealed class SimdLrnFunction() : LayerFunction<SimdLrnFunction>(arguments: 2)
{
    private const string Epilogue = "epilogue";

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        if (vars is not [Tensor input, ConvEpilogue epilogue])
            throw new ArgumentException($"{Name} takes a tensor and an {nameof(ConvEpilogue)}.", nameof(vars));
        var (output, places) = SimdLrn.Forward(input, epilogue);
        ctx.save_for_backward(places is null ? [input] : [input, places]);
        ctx.save_data(Epilogue, epilogue);
        return output;
    }

    protected override Tensor InputGradient(autograd.AutogradContext context, IReadOnlyList<Tensor> saved, Tensor gradient) =>
        SimdLrn.Backward(saved[0], saved.Count > 1 ? saved[1] : null, gradient, (ConvEpilogue)context.get_data(Epilogue));
}
