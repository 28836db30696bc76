using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using AlexNet.Model.Normalisation;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Model.Layers;

/// <summary>A convolution over the towers held here: grouped by tower where a tower sees only itself.</summary>
internal sealed class ConvLayer(LayerShape shape, ConvRecipe recipe, Extent towers, NetRecipe net, long seed, Device device)
    : Layer(shape, towers, net, seed, device)
{
    private readonly long[] _stride = [recipe.Stride, recipe.Stride];
    private readonly long[] _padding = [recipe.Padding, recipe.Padding];
    private readonly int _groups = recipe.Connect == Connect.Own ? towers.Length : 1;
    private readonly int _towers = towers.Length;

    protected override Tensor Compute(Tensor input)
    {
        var output = functional.conv2d(input, Weight.Value, Bias.Value, _stride, _padding, groups: _groups);
        bool rectify = recipe.Activation == Activation.Relu;
        if (recipe.Lrn is { } lrn)
            return LocalResponseNormalisation.Apply(output, new LrnPass(lrn.Across == Connect.All ? 1 : _towers, lrn, rectify, recipe.Pool));
        if (rectify)
            output = output.relu_();
        return recipe.Pool is { } pool ? functional.max_pool2d(output, pool.Kernel, pool.Stride) : output;
    }
}
