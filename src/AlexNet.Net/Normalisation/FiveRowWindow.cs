using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// The paper's window away from a tower's borders: five rows, unrolled, with the sums of <see cref="AnyWindow"/> in the same order.
/// </summary>
internal readonly unsafe struct FiveRowWindow(float** rows) : IWindow
{
    public const int Count = 5;

    private readonly float* _first = rows[0],
        _second = rows[1],
        _third = rows[2],
        _fourth = rows[3],
        _fifth = rows[4];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Sum(int i) =>
        Vector<float>.Zero
        + Vector.Load(_first + i)
        + Vector.Load(_second + i)
        + Vector.Load(_third + i)
        + Vector.Load(_fourth + i)
        + Vector.Load(_fifth + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> SumOfSquares(int i)
    {
        var (first, second, third) = (Vector.Load(_first + i), Vector.Load(_second + i), Vector.Load(_third + i));
        var (fourth, fifth) = (Vector.Load(_fourth + i), Vector.Load(_fifth + i));
        return first * first + second * second + third * third + fourth * fourth + fifth * fifth;
    }
}
