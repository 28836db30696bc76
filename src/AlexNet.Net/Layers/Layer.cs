using AlexNet.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Layers;

/// <summary>The part of one layer that a range of towers holds: sum, activation, normalisation, pooling, dropout.</summary>
internal abstract class Layer : IDisposable
{
    private readonly Dropout? _dropout;
    private readonly Arithmetic _arithmetic;

    /// <param name="shape">The shape of the whole layer.</param>
    /// <param name="held">The part of it that is held here.</param>
    /// <param name="recipe">Says how weights start.</param>
    /// <param name="arithmetic">Where it computes, and in what numbers.</param>
    protected Layer(LayerShape shape, HeldPart held, Recipe recipe, Arithmetic arithmetic)
    {
        var (net, seed) = (recipe.Net, recipe.Seed);
        (Shape, Outputs, _arithmetic) = (shape, held.Outputs, arithmetic);
        bool seesAll = shape.Index == 0 || shape.Recipe.Connect == Connect.All;
        InputSeen = seesAll ? shape.Input : shape.Input with { Channels = shape.Input.Channels / shape.Towers * held.Towers.Length };
        Weight = new Parameter(Initializer.NameOf(shape, isBias: false), isBias: false, shape.WeightShape, Outputs, arithmetic);
        Bias = new Parameter(Initializer.NameOf(shape, isBias: true), isBias: true, [shape.Output.Channels], Outputs, arithmetic);
        foreach (var parameter in Parameters)
            Initializer.Fill(parameter, shape, shape.Recipe.Init ?? net.Init, seed);
        if (shape.Recipe.Dropout > 0)
            _dropout = new Dropout(shape, Outputs, net.DropoutScaling, seed);
    }

    public LayerShape Shape { get; }

    /// <summary>The output channels held here.</summary>
    public Extent Outputs { get; }

    /// <summary>What it sees of a sample here: of all towers, or of those held here.</summary>
    public MapShape InputSeen { get; }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public IReadOnlyList<Parameter> Parameters => [Weight, Bias];

    /// <summary>The factors of its gradients; null where they have none.</summary>
    public virtual GradientFactors? Factors => null;

    /// <summary>
    /// samples x input channels seen here x height x width (or x inputs) -> samples x <see cref="Outputs"/> x height x width.
    /// </summary>
    public Tensor Forward(Tensor input, PassContext context)
    {
        var output = Finish(
            _arithmetic.ProductType == _arithmetic.Type
                ? Multiply(input, Weight.Working, Bias.Working)
                : Multiply(Widen(input), Widen(Weight.Working), Widen(Bias.Working)).to(_arithmetic.Type)
        );
        return _dropout is null ? output : _dropout.Apply(output, context);
    }

    /// <summary>The weighted sums of the inputs, all in one type.</summary>
    protected abstract Tensor Multiply(Tensor input, Tensor weight, Tensor bias);

    /// <summary>What follows the sums.</summary>
    protected abstract Tensor Finish(Tensor sums);

    private Tensor Widen(Tensor rounded) => rounded.to(_arithmetic.ProductType);

    public void Dispose()
    {
        Factors?.Dispose();
        foreach (var parameter in Parameters)
            parameter.Dispose();
    }
}
