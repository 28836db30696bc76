using System.Numerics;

namespace AlexNet.Net.Normalisation;

/// <summary>The rows of neighbouring maps, in ascending order. Sums run from zero through them in this order.</summary>
internal interface IWindow
{
    /// <summary>The sum of the elements at <paramref name="i"/> and on, one vector of them.</summary>
    Vector<float> Sum(int i);

    /// <summary>The sum of their squares.</summary>
    Vector<float> SumOfSquares(int i);
}
