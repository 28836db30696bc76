using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// The arithmetic, on rows of fp32 that are whole vectors long. A window's sum is made anew for every element, from zero and in ascending
/// order of maps: a sum that slides along by adding and subtracting would save three additions beside two roots and a division, and its
/// rounding would depend on where it began. Only exactly rounded operations, unfused, so bits depend neither on the width of a
/// vector nor on how rows are cut.
/// </summary>
internal static unsafe class RowKernels<TPower>
    where TPower : struct, IPower
{
    /// <summary>y = x / s^beta.</summary>
    public static void Normalise(float** window, int maps, float* x, float* y, int count, LrnConstants constants)
    {
        if (maps == FiveRowWindow.Count)
            Normalise(new FiveRowWindow(window), x, y, count, constants);
        else
            Normalise(new AnyWindow(window, maps), x, y, count, constants);
    }

    /// <summary>
    /// direct = g / s^beta, what a gradient gives to its own map; shared = g x / s^(beta + 1), what it takes from each neighbour.
    /// </summary>
    public static void Weigh(
        float** window,
        int maps,
        float* x,
        float* gradient,
        float* direct,
        float* shared,
        int count,
        LrnConstants constants
    )
    {
        if (maps == FiveRowWindow.Count)
            Weigh(new FiveRowWindow(window), x, gradient, direct, shared, count, constants);
        else
            Weigh(new AnyWindow(window, maps), x, gradient, direct, shared, count, constants);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise<TWindow>(TWindow window, float* x, float* y, int count, LrnConstants constants)
        where TWindow : struct, IWindow
    {
        var (k, scale) = (new Vector<float>(constants.K), new Vector<float>(constants.Scale));
        for (int i = 0; i < count; i += Vector<float>.Count)
            Vector.Store(Vector.Load(x + i) / TPower.Raise(k + scale * window.SumOfSquares(i), constants.Beta), y + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh<TWindow>(
        TWindow window,
        float* x,
        float* gradient,
        float* direct,
        float* shared,
        int count,
        LrnConstants constants
    )
        where TWindow : struct, IWindow
    {
        var (k, scale) = (new Vector<float>(constants.K), new Vector<float>(constants.Scale));
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            var s = k + scale * window.SumOfSquares(i);
            var (power, g) = (TPower.Raise(s, constants.Beta), Vector.Load(gradient + i));
            Vector.Store(g / power, direct + i);
            Vector.Store(g * Vector.Load(x + i) / (power * s), shared + i);
        }
    }
}
