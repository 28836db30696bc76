using Lockstep.Core.Errors;
using Lockstep.Core.Topology;

namespace AlexNet.Recipes;

/// <summary>A net with every size worked out: what all placements of it share.</summary>
public sealed record NetShape(int Towers, MapShape Image, IReadOnlyList<LayerShape> Layers)
{
    /// <summary>Layers between exchange points; the first begins at the image.</summary>
    public IReadOnlyList<Extent> Segments { get; } = CutIntoSegments(Layers);

    public int Classes => Layers[^1].Output.Channels;

    /// <summary>
    /// Layers whose gradients have factors: fully connected, and what autograd goes through, so not a first layer, which only the image
    /// feeds.
    /// </summary>
    public IEnumerable<LayerShape> Factored => Layers.Where(l => l.Recipe is FullyConnectedRecipe && l.Index > 0);

    /// <summary>Weights and biases of the whole net.</summary>
    public long Parameters => Layers.Sum(l => l.Parameters);

    /// <summary>Multiply-adds of one sample's forward pass.</summary>
    public long MultiplyAdds => Layers.Sum(l => l.MultiplyAdds);

    /// <summary>Works out the shapes of a recipe's net; <paramref name="errors"/> receives every layer that does not fit.</summary>
    public static NetShape? Of(Recipe recipe, ICollection<string> errors) => new NetShapeBuilder(recipe, ImageOf(recipe), errors).Build();

    /// <summary>The net of a recipe that is known to be right.</summary>
    /// <exception cref="BadInputException">It is not.</exception>
    public static NetShape Of(Recipe recipe)
    {
        var errors = new List<string>();
        return Of(recipe, errors) is { } net && errors.Count == 0 ? net : throw new BadInputException(errors);
    }

    private static MapShape ImageOf(Recipe recipe) => new(recipe.Data.Channels, recipe.Data.Height, recipe.Data.Width);

    private static List<Extent> CutIntoSegments(IReadOnlyList<LayerShape> layers)
    {
        var starts = layers.Where(l => l.Index == 0 || l.Exchanges).Select(l => l.Index).ToList();
        return [.. starts.Select((start, i) => new Extent(start, (i + 1 < starts.Count ? starts[i + 1] : layers.Count) - start))];
    }
}
