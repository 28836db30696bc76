using AlexNet.Recipes;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Net.Layers;

/// <summary>The outputs of a fully connected layer that are held here; it sees the outputs of all towers.</summary>
internal sealed class FullyConnectedLayer : Layer
{
    private readonly FullyConnectedRecipe _layer;

    public FullyConnectedLayer(LayerShape shape, FullyConnectedRecipe layer, HeldPart held, Recipe recipe, Arithmetic arithmetic)
        : base(shape, held, recipe, arithmetic)
    {
        _layer = layer;
        Factors = new GradientFactors(shape.Input.Elements, Weight, Bias, arithmetic);
    }

    public override GradientFactors Factors { get; }

    protected override Tensor Multiply(Tensor input, Tensor weight, Tensor bias) =>
        Factors.IsUsed && input.requires_grad
            ? FactoredProduct.apply(input.flatten(1), weight, bias, Factors)
            : functional.linear(input.flatten(1), weight, bias);

    protected override Tensor Finish(Tensor sums) => _layer.Activation == Activation.Relu ? sums.relu_() : sums;
}
