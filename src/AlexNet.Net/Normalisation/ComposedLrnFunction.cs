using AlexNet.Net.Functions;
using AlexNet.Recipes;
using static TorchSharp.torch;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// <see cref="ComposedLrn"/> as an operation of autograd: (input, <see cref="LrnRecipe"/>) -> output. It keeps its input only; autograd's
/// own backward of the same operations would keep ten tensors of its size.
/// </summary>
internal sealed class ComposedLrnFunction() : LayerFunction<ComposedLrnFunction>(arguments: 2)
{
    private const string Lrn = "lrn";

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        if (vars is not [Tensor input, LrnRecipe lrn])
            throw new ArgumentException($"{Name} takes a tensor and an {nameof(LrnRecipe)}.", nameof(vars));
        ctx.save_for_backward([input]);
        ctx.save_data(Lrn, lrn);
        return ComposedLrn.Forward(input, lrn);
    }

    protected override Tensor InputGradient(autograd.AutogradContext context, IReadOnlyList<Tensor> saved, Tensor gradient) =>
        ComposedLrn.Backward(saved[0], gradient, (LrnRecipe)context.get_data(Lrn));
}
