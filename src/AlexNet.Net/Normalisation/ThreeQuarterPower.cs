using System.Numerics;

namespace AlexNet.Net.Normalisation;

/// <summary>s^0.75, the exponent of the paper, from two square roots: IEEE 754 fixes their bits, so every CPU finds the same.</summary>
internal readonly struct ThreeQuarterPower : IPower
{
    public const float Beta = 0.75f;

    public static Vector<float> Raise(Vector<float> s, float beta)
    {
        var root = Vector.SquareRoot(s);
        return root * Vector.SquareRoot(root);
    }
}
