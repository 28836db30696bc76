using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlexNet.Net.Normalisation;

/// <summary>What rows need beside the power: as <see cref="RowKernels{TPower}"/>, on whole vectors.</summary>
internal static unsafe class RowArithmetic
{
    /// <summary>gradient = direct - slope * x * sum of the window's shared parts.</summary>
    public static void Join(float** window, int maps, float* x, float* direct, float* gradient, int count, float slope)
    {
        if (maps == FiveRowWindow.Count)
            Join(new FiveRowWindow(window), x, direct, gradient, count, slope);
        else
            Join(new AnyWindow(window, maps), x, direct, gradient, count, slope);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Join<TWindow>(TWindow window, float* x, float* direct, float* gradient, int count, float slope)
        where TWindow : struct, IWindow
    {
        var factor = new Vector<float>(slope);
        for (int i = 0; i < count; i += Vector<float>.Count)
            Vector.Store(Vector.Load(direct + i) - factor * Vector.Load(x + i) * window.Sum(i), gradient + i);
    }
}
