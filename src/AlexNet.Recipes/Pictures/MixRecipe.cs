using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>
/// How pictures are mixed with another that is drawn from the whole training set; the share of the first is drawn from Beta(strength,
/// strength). Sources: Zhang et al., "mixup: Beyond Empirical Risk Minimization"; Yun et al., "CutMix: Regularization Strategy to Train
/// Strong Classifiers with Localizable Features".
/// </summary>
public sealed record MixRecipe
{
    /// <summary>Both parameters of the beta distribution: 1 for a uniform share, less for shares near 0 and 1.</summary>
    [NumberRange(Above = 0, AtMost = 4)]
    public double Strength { get; init; } = 1;

    /// <summary>The share of pictures that are mixed in this way.</summary>
    [NumberRange(AtLeast = 0, AtMost = 1)]
    public double Share { get; init; } = 0.5;

    /// <summary>The last epoch with mixing; null for all.</summary>
    [NumberRange(AtLeast = 1)]
    public int? UntilEpoch { get; init; }
}
