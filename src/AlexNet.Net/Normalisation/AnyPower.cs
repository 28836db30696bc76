using System.Numerics;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// s^beta for any exponent, through logarithm and exponential in double, so that the result is right to the rounding of fp32.
/// </summary>
internal readonly struct AnyPower : IPower
{
    public static Vector<float> Raise(Vector<float> s, float beta)
    {
        Vector.Widen(s, out var lower, out var upper);
        return Vector.Narrow(Vector.Exp(beta * Vector.Log(lower)), Vector.Exp(beta * Vector.Log(upper)));
    }
}
