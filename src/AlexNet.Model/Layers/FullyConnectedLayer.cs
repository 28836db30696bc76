using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Model.Layers;

/// <summary>The outputs of a fully connected layer that are held here; it sees the outputs of all towers.</summary>
internal sealed class FullyConnectedLayer(LayerShape shape, FullyConnectedRecipe recipe, Extent towers, NetRecipe net, long seed, Device device)
    : Layer(shape, towers, net, seed, device)
{
    protected override Tensor Compute(Tensor input)
    {
        var output = functional.linear(input.flatten(1), Weight.Value, Bias.Value);
        return recipe.Activation == Activation.Relu ? output.relu_() : output;
    }
}
