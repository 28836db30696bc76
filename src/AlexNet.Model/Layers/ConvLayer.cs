using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using AlexNet.Model.Normalisation;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Model.Layers;

/// <summary>A convolution over the towers held here: grouped by tower where a tower sees only itself.</summary>
internal sealed class ConvLayer(LayerShape shape, ConvRecipe layer, Extent towers, Recipe recipe, Arithmetic arithmetic)
    : Layer(shape, towers, recipe, arithmetic)
{
    private readonly long[] _stride = [layer.Stride, layer.Stride];
    private readonly long[] _padding = [layer.Padding, layer.Padding];
    private readonly int _groups = layer.Connect == Connect.Own ? towers.Length : 1;
    private readonly ConvEpilogue _after = new(layer.Lrn?.Across == Connect.All ? 1 : towers.Length, layer.Lrn, layer.Activation == Activation.Relu, layer.Pool);

    protected override Tensor Compute(Tensor input)
    {
        var output = WholeBlocks.AreNeeded(input, Weight.Working, _groups)
            ? WholeBlocks.Convolve(input, Weight.Working, Bias.Working, _stride, _padding)
            : functional.conv2d(input, Weight.Working, Bias.Working, _stride, _padding, groups: _groups);
        return LocalResponseNormalisation.Apply(output, _after);
    }
}
