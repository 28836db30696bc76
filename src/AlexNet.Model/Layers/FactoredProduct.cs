using static TorchSharp.torch;

namespace AlexNet.Model.Layers;

/// <summary>
/// The sums of a fully connected layer as an operation of autograd: (samples x inputs, outputs x inputs, outputs, <see cref="LayerFactors"/>) ->
/// samples x outputs. Backward makes the gradient of the input alone; those of weight and bias stay in their factors.
/// </summary>
internal sealed class FactoredProduct : autograd.SingleTensorFunction<FactoredProduct>
{
    private const string Factors = "factors", Kept = "kept";

    public override string Name => nameof(FactoredProduct);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        if (vars is not [Tensor input, Tensor weight, Tensor bias, LayerFactors factors])
            throw new ArgumentException($"{Name} takes input, weight, bias and {nameof(LayerFactors)}.", nameof(vars));
        ctx.save_for_backward([input, weight]);
        ctx.save_data(Factors, factors);
        return nn.functional.linear(input, weight, bias);
    }

    public override List<Tensor?> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor?> gradients = [InputGradient(ctx, grad_output), null, null, null];
        ctx.save_data(Kept, gradients); // libtorch copies it only after this method has returned
        return gradients;
    }

    // Want of memory is what can fail here.
    private static Tensor InputGradient(autograd.AutogradContext ctx, Tensor outputGradient)
    {
        var saved = ctx.get_saved_variables();
        try
        {
            ((LayerFactors)ctx.get_data(Factors)).Add(saved[0], outputGradient);
            return outputGradient.mm(saved[1]);
        }
        catch (Exception e)
        {
            BackwardFailure.Park(e);
            return saved[0]; // of the right shape; nobody uses it
        }
    }
}
