using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlexNet.Model.Normalisation;

/// <summary>
/// The arithmetic, on rows of fp32 that are whole vectors long. A window is a list of rows, one for each neighbouring map. Its sum is made
/// anew for every element, from zero and in ascending order of maps: a sum that slides along by adding and subtracting would cost no
/// less (the square roots take longer than the additions) and its rounding would depend on where it began. Only exactly rounded
/// operations, unfused, so bits depend neither on the width of a vector nor on how rows are cut.
/// </summary>
internal static unsafe class RowKernels<TPower>
    where TPower : struct, IPower
{
    /// <summary>y = x / s^beta.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalise(float** window, int maps, float* x, float* y, int count, LrnConstants constants)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            var s = SumOfSquares(window, maps, i, constants);
            Vector.Store(Vector.Load(x + i) / TPower.Raise(s, constants.Beta), y + i);
        }
    }

    /// <summary>direct = g / s^beta, what a gradient gives to its own map; shared = g x / s^(beta + 1), what it takes from each neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weigh(float** window, int maps, float* x, float* gradient, float* direct, float* shared, int count, LrnConstants constants)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            var s = SumOfSquares(window, maps, i, constants);
            var power = TPower.Raise(s, constants.Beta);
            var g = Vector.Load(gradient + i);
            Vector.Store(g / power, direct + i);
            Vector.Store(g * Vector.Load(x + i) / (power * s), shared + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> SumOfSquares(float** window, int maps, int i, LrnConstants constants)
    {
        var sum = Vector<float>.Zero;
        for (int m = 0; m < maps; m++)
        {
            var x = Vector.Load(window[m] + i);
            sum += x * x;
        }
        return new Vector<float>(constants.K) + new Vector<float>(constants.Scale) * sum;
    }
}
