using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlexNet.Net.Normalisation;

/// <summary>A window of any number of rows.</summary>
internal readonly unsafe struct AnyWindow(float** rows, int count) : IWindow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Sum(int i)
    {
        var sum = Vector<float>.Zero;
        for (int row = 0; row < count; row++)
            sum += Vector.Load(rows[row] + i);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> SumOfSquares(int i)
    {
        var sum = Vector<float>.Zero;
        for (int row = 0; row < count; row++)
        {
            var x = Vector.Load(rows[row] + i);
            sum += x * x;
        }
        return sum;
    }
}
