using AlexNet.Interchange.Onnx.Messages;
using AlexNet.Recipes;
using AlexNet.Recipes.Augmentation;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using static AlexNet.Interchange.Onnx.GraphBuilder;

namespace AlexNet.Interchange.Onnx;

/// <summary>
/// A recipe's net as a graph of ONNX's operators (set 17). The order within a layer is that of the recipe: sum, activation, local response
/// normalisation, pooling, and the factor of dropout's 2012 form. ONNX's LRN divides alpha by the window's size, as a recipe does, but
/// looks at all channels: where it must not cross a tower's border, the towers are split and joined.
/// </summary>
internal sealed class NetGraph
{
    /// <summary>The version of the operators.</summary>
    public const int OperatorSet = 17;

    /// <summary>The names of what the graph takes and gives.</summary>
    public const string Images = "images",
        Logits = "logits",
        Probabilities = "probabilities";

    private readonly Recipe _recipe;
    private readonly ShardedTensors _weights;
    private readonly NetShape _net;
    private readonly GraphBuilder _builder = new(Images);

    private NetGraph(Recipe recipe, ShardedTensors weights) => (_recipe, _weights, _net) = (recipe, weights, NetShape.Of(recipe));

    /// <param name="net">The net.</param>
    /// <param name="weights">With the names of the recipe's layers; of any layout.</param>
    /// <exception cref="Lockstep.Core.Errors.BadInputException">The weights are of another net.</exception>
    public static GraphProto Of(OnnxNet net, ShardedTensors weights) => new NetGraph(net.Recipe, weights).Build(net.Input);

    private GraphProto Build(OnnxInput input)
    {
        var graph = _builder.Graph;
        graph.Name = _recipe.Name;
        graph.Input.Add(Value(Images, OnnxWords.Of(input, _recipe.Data), _net.Image.Channels, _net.Image.Height, _net.Image.Width));
        graph.Output.Add(Value(Logits, "What the last layer says of each class.", _net.Classes));
        graph.Output.Add(Value(Probabilities, "The softmax of the logits.", _net.Classes));
        if (input == OnnxInput.Pixels)
            Normalise(_recipe.Data);
        foreach (var layer in _net.Layers)
            Append(layer);
        _builder.Append("Identity", Logits, []);
        _builder.Append("Softmax", Probabilities, [], Whole("axis", 1));
        return graph;
    }

    /// <summary>(pixel / 255 - mean) / std, as one product and one sum.</summary>
    private void Normalise(DataRecipe data)
    {
        double[] std = [.. PerChannel(data.Std)],
            mean = [.. PerChannel(data.Mean)];
        long[] channels = [1, data.Channels, 1, 1];
        _builder.Append("Mul", "scaled", [_builder.Constant("scale", channels, [.. std.Select(s => (float)(1 / (255 * s)))])]);
        if (data.MeanImage is { } file)
        {
            var (plane, values) = (data.Height * data.Width, MeanImage.Read(file, _net.Image));
            string image = _builder.Constant(
                "mean_image",
                [1, data.Channels, data.Height, data.Width],
                [.. values.Select((m, i) => (float)(m / std[i / plane]))]
            );
            _builder.Append("Sub", "normalised", [image]);
        }
        else
        {
            string offset = _builder.Constant("offset", channels, [.. mean.Zip(std, (m, s) => (float)(-m / s))]);
            _builder.Append("Add", "normalised", [offset]);
        }

        IEnumerable<double> PerChannel(IReadOnlyList<double> values) =>
            values.Count == 1 ? Enumerable.Repeat(values[0], data.Channels) : values;
    }

    private void Append(LayerShape layer)
    {
        string[] parameters =
        [
            Parameter($"{layer.Name}.weight", layer.WeightShape),
            Parameter($"{layer.Name}.bias", [layer.Output.Channels]),
        ];
        if (layer.Recipe is ConvRecipe conv)
        {
            _builder.Append(
                "Conv",
                $"{layer.Name}/sum",
                parameters,
                Repeated("kernel_shape", conv.Kernel, 2),
                Repeated("strides", conv.Stride, 2),
                Repeated("pads", conv.Padding, 4),
                Whole("group", layer.Groups)
            );
        }
        else
        {
            if (layer.Index == 0 || _net.Layers[layer.Index - 1].Recipe is ConvRecipe)
                _builder.Append("Flatten", $"{layer.Name}/flat", [], Whole("axis", 1));
            _builder.Append("Gemm", $"{layer.Name}/sum", parameters, Whole("transB", 1));
        }

        if (layer.Recipe.Activation == Activation.Relu)
            _builder.Append("Relu", $"{layer.Name}/relu", []);
        if (layer.Recipe is ConvRecipe { Lrn: { } lrn })
            Append($"{layer.Name}/lrn", lrn);
        if (layer.Recipe is ConvRecipe { Pool: { } pool })
        {
            _builder.Append(
                "MaxPool",
                $"{layer.Name}/pool",
                [],
                Repeated("kernel_shape", pool.Kernel, 2),
                Repeated("strides", pool.Stride, 2)
            );
        }

        if (layer.Pooled != layer.Output)
        {
            // Both divide without a rest: OnnxExport has looked.
            long[] window = [layer.Pooled.Height / layer.Output.Height, layer.Pooled.Width / layer.Output.Width];
            _builder.Append("AveragePool", $"{layer.Name}/average", [], Wholes("kernel_shape", window), Wholes("strides", window));
        }

        if (_recipe.Net.DropoutScaling == DropoutScaling.AtTest && layer.Recipe.Dropout > 0)
        {
            string kept = _builder.Constant($"{layer.Name}/kept", [], [(float)(1 - layer.Recipe.Dropout)]);
            _builder.Append("Mul", $"{layer.Name}/dropout", [kept]);
        }
    }

    private void Append(string name, LrnRecipe lrn)
    {
        AttributeProto[] attributes =
        [
            Whole("size", lrn.Size),
            Number("alpha", lrn.Alpha),
            Number("beta", lrn.Beta),
            Number("bias", lrn.K),
        ];
        if (lrn.Across == Connect.Own && _net.Towers > 1)
            _builder.AppendInParts("LRN", name, _net.Towers, attributes);
        else
            _builder.Append("LRN", name, [], attributes);
    }

    private string Parameter(string name, IReadOnlyList<long> shape)
    {
        byte[] bytes = new byte[shape.Aggregate((long)sizeof(float), (product, size) => product * size)];
        _weights.Read(name, shape, new Extent(0, (int)shape[0]), bytes);
        return _builder.Constant(name, shape, bytes);
    }
}
