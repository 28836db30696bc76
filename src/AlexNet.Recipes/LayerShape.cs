using Lockstep.Core.Topology;

namespace AlexNet.Recipes;

/// <summary>
/// The size of what flows between layers, for one sample: channels x height x width; 1 x 1 after a fully connected layer.
/// </summary>
public readonly record struct MapShape(int Channels, int Height, int Width)
{
    /// <summary>Elements of one sample.</summary>
    public int Elements => Channels * Height * Width;

    public override string ToString() => $"{Channels}x{Height}x{Width}";
}

/// <summary>One layer of a net with every size worked out; whole-net numbers, whatever the layout.</summary>
/// <param name="Index">Place in the net, from 0.</param>
/// <param name="Recipe">What the recipe says of it.</param>
/// <param name="Towers">Channel groups of the net.</param>
/// <param name="Input">What it sees of all towers together.</param>
/// <param name="Output">What it leaves after activation, normalisation and pooling.</param>
/// <param name="Conv">Its sum's output before pooling.</param>
/// <param name="Pooled">What max-pooling leaves of it, before adaptive pooling.</param>
public sealed record LayerShape(int Index, LayerRecipe Recipe, int Towers, MapShape Input, MapShape Output, MapShape Conv, MapShape Pooled)
{
    public string Name => Recipe.Name;

    /// <summary>Whether its input must be gathered from all towers. The image is replicated, so the first layer never exchanges.</summary>
    public bool Exchanges => Index > 0 && Towers > 1 && Recipe.Connect == Connect.All;

    /// <summary>Groups of the whole layer: its towers where it sees its own only, otherwise one.</summary>
    public int Groups => Recipe.Connect == Connect.Own ? Towers : 1;

    /// <summary>Inputs that one output sums over.</summary>
    public int FanIn => Recipe is ConvRecipe conv ? Input.Channels / Groups * conv.Kernel * conv.Kernel : Input.Elements;

    /// <summary>Outputs that one input feeds.</summary>
    public int FanOut => Recipe is ConvRecipe conv ? Output.Channels / Groups * conv.Kernel * conv.Kernel : Output.Channels;

    /// <summary>Shape of the whole layer's weight: filters x channels x kernel x kernel, or outputs x inputs.</summary>
    public IReadOnlyList<long> WeightShape =>
        Recipe is ConvRecipe conv ? [conv.Filters, Input.Channels / Groups, conv.Kernel, conv.Kernel] : [Output.Channels, Input.Elements];

    /// <summary>Weights and biases of the whole layer.</summary>
    public long Parameters => (long)Output.Channels * FanIn + Output.Channels;

    /// <summary>Multiply-adds of one sample's forward pass.</summary>
    public long MultiplyAdds => (long)Conv.Elements * FanIn;

    /// <summary>The output channels that a range of towers holds: contiguous, and for layers that do not divide, unequal.</summary>
    public Extent OutputsOf(Extent towers)
    {
        int start = Extent.Part(Output.Channels, Towers, towers.Start).Start;
        int end = Extent.Part(Output.Channels, Towers, towers.End - 1).End;
        return new(start, end - start);
    }
}
