using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlexNet.Model.Normalisation;

/// <summary>What rows need beside the power: as <see cref="RowKernels{TPower}"/>, on whole vectors.</summary>
internal static unsafe class RowArithmetic
{
    /// <summary>gradient = direct - slope * x * sum of the window's shared parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join(float** window, int maps, float* x, float* direct, float* gradient, int count, float slope)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (int m = 0; m < maps; m++)
                sum += Vector.Load(window[m] + i);
            Vector.Store(Vector.Load(direct + i) - new Vector<float>(slope) * Vector.Load(x + i) * sum, gradient + i);
        }
    }

    /// <summary>Zero where <paramref name="x"/> is zero or less, otherwise the value; a NaN of x keeps the value, as in libtorch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rectify(float* x, float* values, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            var off = Vector.LessThanOrEqual(Vector.Load(x + i), Vector<float>.Zero);
            Vector.Store(Vector.AndNot(Vector.Load(values + i), Vector.AsVectorSingle(off)), values + i);
        }
    }
}
