using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>
/// Colour noise with the 2012 paper's meaning: along each principal axis of a training set's colours, N(0, 1) times the standard deviation
/// there times <see cref="Strength"/> is added to every pixel of a picture, in 0..255 units; three draws for each picture in each epoch.
/// The default axes are ImageNet's.
/// </summary>
public sealed record ColourNoiseRecipe
{
    /// <summary>Red, green and blue; as many as there are axes.</summary>
    public const int Colours = 3;

    /// <summary>Standard deviation of the draws; 0.1 in the paper.</summary>
    [NumberRange(AtLeast = 0)]
    public double Strength { get; init; } = 0.1;

    /// <summary>Standard deviations of the colours along the axes, in 0..255 units.</summary>
    [NumberRange(AtLeast = 0)]
    public IReadOnlyList<double> Deviations { get; init; } = [121.780, 37.094, 19.721];

    /// <summary>The axes: for each its red, green and blue, of length 1.</summary>
    [NumberRange]
    public IReadOnlyList<IReadOnlyList<double>> Axes { get; init; } =
    [
        [-0.5635, -0.5762, -0.5920],
        [-0.7126, -0.0235, 0.7012],
        [0.4180, -0.8170, 0.3974],
    ];

    /// <summary>The last epoch with noise; null for all. 66 in the paper's training.</summary>
    [NumberRange(AtLeast = 1)]
    public int? UntilEpoch { get; init; }
}
