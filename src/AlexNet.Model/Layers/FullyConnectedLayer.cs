using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Model.Layers;

/// <summary>The outputs of a fully connected layer that are held here; it sees the outputs of all towers.</summary>
internal sealed class FullyConnectedLayer(LayerShape shape, FullyConnectedRecipe layer, Extent towers, Recipe recipe, Arithmetic arithmetic)
    : Layer(shape, towers, recipe, arithmetic)
{
    protected override Tensor Multiply(Tensor input, Tensor weight, Tensor bias) => functional.linear(input.flatten(1), weight, bias);

    protected override Tensor Finish(Tensor sums) => layer.Activation == Activation.Relu ? sums.relu_() : sums;
}
