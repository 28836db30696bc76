using AlexNet.Net.Normalisation;
using AlexNet.Recipes;
using Lockstep.Torch.Devices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlexNet.Net.Layers;

/// <summary>A convolution over the towers held here: grouped by tower where a tower sees only itself.</summary>
internal sealed class ConvLayer(LayerShape shape, ConvRecipe layer, HeldPart held, Recipe recipe, Arithmetic arithmetic)
    : Layer(shape, held, recipe, arithmetic)
{
    private readonly long[] _stride = [layer.Stride, layer.Stride];
    private readonly long[] _padding = [layer.Padding, layer.Padding];
    private readonly int _groups = layer.Connect == Connect.Own ? held.Towers.Length : 1;
    private readonly long[]? _pooled = layer.AdaptivePool is { } adaptive ? [adaptive.Height, adaptive.Width] : null;
    private readonly ConvEpilogue _after = new(
        layer.Lrn?.Across == Connect.All ? 1 : held.Towers.Length,
        layer.Lrn,
        layer.Activation == Activation.Relu,
        layer.Pool
    );

    protected override Tensor Multiply(Tensor input, Tensor weight, Tensor bias) =>
        WholeBlocks.AreNeeded(input, weight, _groups)
            ? WholeBlocks.Convolve(input, weight, bias, _stride, _padding)
            : functional.conv2d(input, weight, bias, _stride, _padding, groups: _groups);

    protected override Tensor Finish(Tensor sums)
    {
        var output = ConvEpilogues.Apply(sums, _after);
        return _pooled is null || output.shape.AsSpan(2).SequenceEqual(_pooled)
            ? output
            : functional.adaptive_avg_pool2d(output, (_pooled[0], _pooled[1]));
    }
}
