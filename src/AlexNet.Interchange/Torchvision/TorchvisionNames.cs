using AlexNet.Recipes;
using Lockstep.Core.Errors;

namespace AlexNet.Interchange.Torchvision;

/// <summary>
/// The names that the weights of torchvision's AlexNet have there, such as <c>features.0.weight</c>. Source: torchvision.models.alexnet,
/// which follows Krizhevsky 2014.
/// </summary>
public static class TorchvisionNames
{
    /// <summary>A tensor that only torchvision's net has.</summary>
    internal const string Mark = "features.0.weight";

    private const int Pooled = 6; // torchvision's average pool to 6x6 is nothing for a map of this size
    private static readonly Layer[] Convolutions =
    [
        new("features.0", 64, 11, 4, 2, true),
        new("features.3", 192, 5, 1, 2, true),
        new("features.6", 384, 3, 1, 1, false),
        new("features.8", 256, 3, 1, 1, false),
        new("features.10", 256, 3, 1, 1, true),
    ];
    private static readonly (string Name, int? Outputs)[] FullyConnected =
    [
        ("classifier.1", 4096),
        ("classifier.4", 4096),
        ("classifier.6", null),
    ];

    /// <summary>For each parameter of a recipe's net its name in torchvision.</summary>
    /// <param name="recipe">The recipe, whose layers may have any names.</param>
    /// <exception cref="BadInputException">Its net is another; every difference.</exception>
    public static IReadOnlyDictionary<string, string> Of(Recipe recipe)
    {
        var differences = Differences(recipe);
        if (differences.Count > 0)
        {
            throw new BadInputException(
                $"the net of recipe '{recipe.Name}' is not torchvision's AlexNet, whose names its weights could have: "
                    + $"{string.Join("; ", differences)}. The recipe 'alexnet-2014' describes that net."
            );
        }

        var theirs = Convolutions.Select(c => c.Name).Concat(FullyConnected.Select(f => f.Name));
        return recipe
            .Net.Layers.Zip(theirs)
            .SelectMany(pair => new[] { "weight", "bias" }.Select(part => ($"{pair.First.Name}.{part}", $"{pair.Second}.{part}")))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
    }

    private static List<string> Differences(Recipe recipe)
    {
        var layers = recipe.Net.Layers;
        if (!layers.Select(l => l is ConvRecipe).SequenceEqual([.. Convolutions.Select(_ => true), .. FullyConnected.Select(_ => false)]))
            return ["it has five convolutions and three fully connected layers"];
        var differences = new List<string>();
        foreach (var (conv, theirs) in layers.OfType<ConvRecipe>().Zip(Convolutions))
            theirs.Compare(conv, recipe.Net.Towers, differences);
        foreach (var (full, theirs) in layers.OfType<FullyConnectedRecipe>().Zip(FullyConnected))
        {
            if (theirs.Outputs is { } outputs && full.Outputs != outputs)
                differences.Add($"its layer '{theirs.Name}' has {outputs} outputs, and '{full.Name}' has {full.Outputs}");
        }

        foreach (var layer in layers.OfType<ConvRecipe>().SkipLast(1).Where(l => l.AdaptivePool is not null))
            differences.Add($"only its last convolution has adaptive pooling, and '{layer.Name}' has one");
        foreach (var layer in layers.SkipLast(1).Where(l => l.Activation != Activation.Relu))
            differences.Add($"a ReLU follows its layers, and none follows '{layer.Name}'");
        if (layers[^1].Activation != Activation.None)
            differences.Add($"no ReLU follows its last layer, and one follows '{layers[^1].Name}'");
        if (recipe.Net.DropoutScaling != DropoutScaling.InTraining && layers.Any(l => l.Dropout > 0))
            differences.Add("its dropout scales in training, and 'net.dropoutScaling' is at-test");
        if (recipe.Data.Channels != 3)
            differences.Add("it sees three colours, and 'data.channels' is 1");
        if (differences.Count == 0 && NetShape.Of(recipe).Layers[Convolutions.Length].Input is var maps && !IsPooled(maps))
            differences.Add($"the maps in front of its fully connected layers are averaged to 6x6, and here they are {maps}");
        return differences;
    }

    private static bool IsPooled(MapShape maps) => (maps.Height, maps.Width) == (Pooled, Pooled);

    private sealed record Layer(string Name, int Filters, int Kernel, int Stride, int Padding, bool Pools)
    {
        private static readonly PoolRecipe Pool = new() { Kernel = 3, Stride = 2 };

        public void Compare(ConvRecipe conv, int towers, List<string> differences)
        {
            var (theirs, ours) = ((Filters, Kernel, Stride, Padding), (conv.Filters, conv.Kernel, conv.Stride, conv.Padding));
            if (theirs != ours)
                differences.Add($"its layer '{Name}' has {Text(theirs)}, and '{conv.Name}' has {Text(ours)}");
            if (conv.Lrn is not null)
                differences.Add($"it has no normalisation, and '{conv.Name}' has one");
            if (conv.Connect == Connect.Own && towers > 1)
                differences.Add($"its convolutions see all channels, and '{conv.Name}' sees its own tower");
            if (conv.Pool != (Pools ? Pool : null))
                differences.Add($"its layer '{Name}' is {(Pools ? "" : "not ")}pooled by 3x3 with stride 2, and '{conv.Name}' differs");
        }

        private static string Text((int Filters, int Kernel, int Stride, int Padding) layer) =>
            $"{layer.Filters} filters of {layer.Kernel}x{layer.Kernel}, stride {layer.Stride} and padding {layer.Padding}";
    }
}
