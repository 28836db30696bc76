using AlexNet.Net.Functions;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Layers;

/// <summary>
/// The sums of a fully connected layer as an operation of autograd: (samples x inputs, outputs x inputs, outputs,
/// <see cref="GradientFactors"/>) -> samples x outputs. Backward makes the gradient of the input alone; those of weight and bias stay in
/// their factors.
/// </summary>
internal sealed class FactoredProduct() : LayerFunction<FactoredProduct>(arguments: 4)
{
    private const string Factors = "factors";

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        if (vars is not [Tensor input, Tensor weight, Tensor bias, GradientFactors factors])
            throw new ArgumentException($"{Name} takes input, weight, bias and {nameof(GradientFactors)}.", nameof(vars));
        ctx.save_for_backward([input, weight]);
        ctx.save_data(Factors, factors);
        return nn.functional.linear(input, weight, bias);
    }

    protected override Tensor InputGradient(autograd.AutogradContext context, IReadOnlyList<Tensor> saved, Tensor gradient)
    {
        ((GradientFactors)context.get_data(Factors)).Add(saved[0], gradient);
        return gradient.mm(saved[1]);
    }
}
