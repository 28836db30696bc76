using AlexNet.Recipes;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// The constants of local response normalisation as the arithmetic needs them: y = x * s^-Beta, s = K + Scale * sum of squares.
/// </summary>
/// <param name="Size">Maps in the window, odd.</param>
/// <param name="Scale">alpha / size.</param>
/// <param name="Beta">The exponent.</param>
/// <param name="K">What is added to the sum.</param>
internal readonly record struct LrnConstants(int Size, float Scale, float Beta, float K)
{
    public LrnConstants(LrnRecipe lrn)
        : this(lrn.Size, (float)(lrn.Alpha / lrn.Size), (float)lrn.Beta, (float)lrn.K) { }

    /// <summary>Neighbours on each side.</summary>
    public int Half => Size / 2;

    /// <summary>What the neighbours' part of a gradient is multiplied by: the inner derivative of s^-Beta.</summary>
    public float Slope => 2 * Beta * Scale;
}
