using System.Text.Json.Serialization;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes;

/// <summary>The net as data: towers and layers.</summary>
public sealed record NetRecipe
{
    /// <summary>Number of channel groups; the 2012 net has two. Shards are a divisor of it.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Towers { get; init; }

    /// <summary>How weights start where a layer does not say.</summary>
    public InitRecipe Init { get; init; } = new FanInInit();

    /// <summary>When outputs are scaled to make up for those that dropout takes away.</summary>
    public DropoutScaling DropoutScaling { get; init; } = DropoutScaling.InTraining;

    /// <summary>The layers in their order: convolutions first, then fully connected ones, the last with an output for each class.</summary>
    public required IReadOnlyList<LayerRecipe> Layers { get; init; }
}

/// <summary>The two forms of dropout; they differ in the size of what training sees, and so in the course of a training.</summary>
public enum DropoutScaling
{
    /// <summary>What is kept is divided by the share that is kept: today's inverted form.</summary>
    InTraining,

    /// <summary>Outputs are multiplied by the share that is kept when no longer training: the form of 2012.</summary>
    AtTest,
}

/// <summary>What a layer sees.</summary>
public enum Connect
{
    /// <summary>Its own tower: a grouped convolution.</summary>
    Own,

    /// <summary>All towers; its input is exchanged first.</summary>
    All,
}

/// <summary>What follows the sum of a layer.</summary>
public enum Activation
{
    /// <summary>Nothing: the sum is the output.</summary>
    None,

    /// <summary>What is below 0 becomes 0.</summary>
    Relu,
}

/// <summary>
/// One layer. Order within it: sum, activation, local response normalisation, pooling, adaptive pooling, dropout (paper, section 3.5).
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ConvRecipe), "conv")]
[JsonDerivedType(typeof(FullyConnectedRecipe), "fc")]
public abstract record LayerRecipe
{
    /// <summary>Unique in the net; names parameters (conv1.weight) and exchanges.</summary>
    public required string Name { get; init; }

    /// <summary>What the layer sees.</summary>
    public required Connect Connect { get; init; }

    /// <summary>What follows the sum of the layer.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>
    /// Share of outputs dropped in training; the net's <see cref="NetRecipe.DropoutScaling"/> says when the rest is scaled.
    /// </summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Dropout { get; init; }

    /// <summary>How the weights start; the net's own where absent.</summary>
    public InitRecipe? Init { get; init; }
}

/// <summary>A convolution.</summary>
public sealed record ConvRecipe : LayerRecipe
{
    /// <summary>Filters of all towers together.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Filters { get; init; }

    /// <summary>Height and width of a filter in pixels.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Kernel { get; init; }

    /// <summary>Pixels from one position of a filter to the next.</summary>
    [NumberRange(AtLeast = 1)]
    public int Stride { get; init; } = 1;

    /// <summary>Zero pixels at each border.</summary>
    [NumberRange(AtLeast = 0)]
    public int Padding { get; init; }

    /// <summary>Local response normalisation after the activation; null for none.</summary>
    public LrnRecipe? Lrn { get; init; }

    /// <summary>Max-pooling at the end of the layer; null for none.</summary>
    public PoolRecipe? Pool { get; init; }

    /// <summary>Averages that make maps of any size one size, behind all other pooling; null for none.</summary>
    public AdaptivePoolRecipe? AdaptivePool { get; init; }
}

/// <summary>A fully connected layer.</summary>
public sealed record FullyConnectedRecipe : LayerRecipe
{
    /// <summary>Outputs of all towers together.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Outputs { get; init; }
}

/// <summary>Local response normalisation across neighbouring maps: y = x / (k + alpha / size * sum of squares)^beta.</summary>
public sealed record LrnRecipe
{
    /// <summary>Number of neighbouring maps in the sum, the map itself included; an odd one.</summary>
    [NumberRange(AtLeast = 1)]
    public int Size { get; init; } = 5;

    /// <summary>The weight of the sum of squares; divided by <see cref="Size"/>, as the published source does.</summary>
    [NumberRange(Above = 0)]
    public double Alpha { get; init; } = 1e-4;

    /// <summary>The power that the bracket is raised to.</summary>
    [NumberRange(Above = 0)]
    public double Beta { get; init; } = 0.75;

    /// <summary>The constant in the bracket.</summary>
    [NumberRange(Above = 0)]
    public double K { get; init; } = 2;

    /// <summary>The maps that are neighbours: those of its own tower, as in 2012, or those of all towers, which needs one shard.</summary>
    public Connect Across { get; init; } = Connect.Own;
}

/// <summary>Max-pooling.</summary>
public sealed record PoolRecipe
{
    /// <summary>Height and width of the window in pixels.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Kernel { get; init; }

    /// <summary>Pixels from one window to the next.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Stride { get; init; }
}

/// <summary>
/// Adaptive average pooling: each output is the mean of its share of a map, so that maps of any size become height x width, as in
/// torchvision's AlexNet. The fully connected layers behind it take pictures of several sizes.
/// </summary>
public sealed record AdaptivePoolRecipe
{
    /// <summary>Height of what it leaves.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Height { get; init; }

    /// <summary>Width of what it leaves.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Width { get; init; }
}
