using AlexNet.Core.Recipes;
using static TorchSharp.torch;

namespace AlexNet.Model.Normalisation;

/// <summary>
/// <see cref="ComposedLrn"/> as an operation of autograd: (input, <see cref="LrnRecipe"/>) -> output. It keeps its input only; autograd's own backward of the
/// same operations would keep ten tensors of its size.
/// </summary>
internal sealed class ComposedLrnFunction : autograd.SingleTensorFunction<ComposedLrnFunction>
{
    private const string Lrn = "lrn", Kept = "kept";

    public override string Name => nameof(ComposedLrnFunction);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        if (vars is not [Tensor input, LrnRecipe lrn])
            throw new ArgumentException($"{Name} takes a tensor and an {nameof(LrnRecipe)}.", nameof(vars));
        ctx.save_for_backward([input]);
        ctx.save_data(Lrn, lrn);
        return ComposedLrn.Forward(input, lrn);
    }

    public override List<Tensor?> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor?> gradients = [Gradient(ctx, grad_output), null];
        ctx.save_data(Kept, gradients); // libtorch copies it only after this method has returned
        return gradients;
    }

    // Want of a GPU's memory is what can fail here.
    private static Tensor Gradient(autograd.AutogradContext ctx, Tensor gradient)
    {
        try
        {
            return ComposedLrn.Backward(ctx.get_saved_variables()[0], gradient, (LrnRecipe)ctx.get_data(Lrn));
        }
        catch (Exception e)
        {
            BackwardFailure.Park(e);
            return gradient; // of the right shape; nobody uses it
        }
    }
}
