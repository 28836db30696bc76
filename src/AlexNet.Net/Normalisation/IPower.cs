using System.Numerics;

namespace AlexNet.Net.Normalisation;

/// <summary>Raises to the exponent of local response normalisation.</summary>
internal interface IPower
{
    /// <summary>s^beta of each element.</summary>
    static abstract Vector<float> Raise(Vector<float> s, float beta);
}
