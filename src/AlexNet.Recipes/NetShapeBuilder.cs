using Lockstep.Core.Texts;

namespace AlexNet.Recipes;

/// <summary>
/// Follows one image through a recipe's layers, whose numbers are within their ranges, and reports every layer that does not fit what it
/// is given.
/// </summary>
/// <param name="recipe">Its net and its number of classes.</param>
/// <param name="image">What the first layer sees.</param>
/// <param name="errors">Receives every layer that does not fit.</param>
internal sealed class NetShapeBuilder(Recipe recipe, MapShape image, ICollection<string> errors)
{
    private readonly NetRecipe _net = recipe.Net;

    public NetShape? Build()
    {
        int before = errors.Count;
        if (_net.Layers.Count == 0)
            errors.Add("'net.layers' is empty; a net needs at least one fully connected layer.");
        foreach (var twice in _net.Layers.GroupBy(l => l.Name).Where(g => g.Count() > 1))
            errors.Add($"'net.layers' has {twice.Count()} layers named '{twice.Key}'; names must be unique.");
        if (errors.Count > before)
            return null;

        var map = image;
        var layers = new List<LayerShape>();
        for (int i = 0; i < _net.Layers.Count; i++)
        {
            if (Layer(i, map, afterFullyConnected: i > 0 && _net.Layers[i - 1] is FullyConnectedRecipe) is not { } layer)
                return null; // nothing after it can be judged
            layers.Add(layer);
            map = layer.Output;
        }
        CheckEnd(layers);
        return errors.Count > before ? null : new NetShape(_net.Towers, image, layers);
    }

    private LayerShape? Layer(int index, MapShape input, bool afterFullyConnected)
    {
        var layer = _net.Layers[index];
        int before = errors.Count;
        if (index == 0 && layer.Connect == Connect.Own)
            Error(layer, "connects to its own tower, but it is the first layer and sees the whole image; say \"connect\": \"all\"");

        var shape = layer switch
        {
            ConvRecipe when afterFullyConnected => Error(layer, "is a convolution after a fully connected layer; convolutions come first"),
            ConvRecipe conv => Convolution(index, conv, input),
            FullyConnectedRecipe full => FullyConnected(index, full, input),
            _ => Error(layer, $"is of the unknown kind {layer.GetType().Name}"),
        };
        return errors.Count > before ? null : shape;
    }

    private LayerShape? Convolution(int index, ConvRecipe conv, MapShape input)
    {
        if (conv.Filters % _net.Towers != 0)
        {
            return Error(
                conv,
                $"has {Count.Of(conv.Filters, "filter")}, which {Count.Of(_net.Towers, "tower does", "towers do")} not divide"
            );
        }

        if (conv.Lrn is { } even && even.Size % 2 == 0)
            return Error(conv, $"has lrn size {even.Size}; it must be odd, since systems differ in which side of an even window is longer");

        if (Slide(conv, "kernel", input, conv.Kernel, conv.Stride, conv.Padding) is not var (height, width))
            return null;
        var sum = new MapShape(conv.Filters, height, width);
        var pooled = sum;
        if (conv.Pool is { } pool)
        {
            if (Slide(conv, "pooling window", sum, pool.Kernel, pool.Stride, padding: 0) is not var (pooledHeight, pooledWidth))
                return null;
            pooled = new MapShape(conv.Filters, pooledHeight, pooledWidth);
        }
        var output = conv.AdaptivePool is { } adaptive ? new MapShape(conv.Filters, adaptive.Height, adaptive.Width) : pooled;
        return new LayerShape(index, conv, _net.Towers, input, output, sum, pooled);
    }

    private LayerShape? FullyConnected(int index, FullyConnectedRecipe full, MapShape input)
    {
        if (full.Outputs < _net.Towers)
        {
            return Error(
                full,
                $"has {Count.Of(full.Outputs, "output")} for {Count.Of(_net.Towers, "tower")}; each tower must hold at least one"
            );
        }

        if (full.Connect == Connect.Own)
        {
            return Error(
                full,
                "is fully connected and connects to its own tower; fully connected layers see all towers: say \"connect\": \"all\""
            );
        }

        var output = new MapShape(full.Outputs, 1, 1);
        return new LayerShape(index, full, _net.Towers, input, output, output, output);
    }

    private void CheckEnd(List<LayerShape> layers)
    {
        var last = layers[^1];
        if (last.Recipe is not FullyConnectedRecipe)
        {
            Error(last.Recipe, "is the last layer and not fully connected; a net ends in one output for each class");
        }
        else if (last.Output.Channels != recipe.Data.Classes)
        {
            Error(
                last.Recipe,
                $"is the last layer and has {Count.Of(last.Output.Channels, "output")}, but 'data.classes' is {recipe.Data.Classes}; they "
                    + "must be equal"
            );
        }
        else if (last.Recipe.Dropout > 0)
        {
            Error(last.Recipe, "is the last layer and has dropout; logits are never dropped");
        }
    }

    private (int Height, int Width)? Slide(LayerRecipe layer, string what, MapShape input, int kernel, int stride, int padding)
    {
        int height = (input.Height + 2 * padding - kernel) / stride + 1;
        int width = (input.Width + 2 * padding - kernel) / stride + 1;
        if (kernel <= input.Height + 2 * padding && kernel <= input.Width + 2 * padding)
            return (height, width);
        Error(layer, $"has a {what} of {kernel}x{kernel} that does not fit its input of {input} with padding {padding}");
        return null;
    }

    private LayerShape? Error(LayerRecipe layer, string problem)
    {
        errors.Add($"layer '{layer.Name}' {problem}.");
        return null;
    }
}
