using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// g = scale gradient + decay W; M = b1 M + (1 - b1) g; S = b2 S + (1 - b2) g^2; W = keep W - rate M / (scale sqrt(S) + epsilon).
/// </summary>
internal readonly unsafe struct AdamRule : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(in UpdateConstants constants, float* value, float* gradient, float* first, float* second, int count)
    {
        var (rate, keepFirst, keepSecond, scale, epsilon) = (
            constants.Rate,
            constants.KeepFirst,
            constants.KeepSecond,
            constants.SecondScale,
            constants.Epsilon
        );
        var (addFirst, addSecond) = (constants.AddFirst, constants.AddSecond);
        var (gradientScale, decay, keepValue) = (constants.GradientScale, constants.Decay, constants.KeepValue);
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var weight = Vector.Load(value + i);
            var slope = Vector.Load(gradient + i) * gradientScale + weight * decay;
            var mean = Vector.Load(first + i) * keepFirst + slope * addFirst;
            var square = Vector.Load(second + i) * keepSecond + slope * slope * addSecond;
            Vector.Store(mean, first + i);
            Vector.Store(square, second + i);
            Vector.Store(weight * keepValue - mean * rate / (Vector.SquareRoot(square) * scale + new Vector<float>(epsilon)), value + i);
        }
        for (; i < count; i++)
        {
            float slope = gradient[i] * gradientScale + value[i] * decay;
            first[i] = first[i] * keepFirst + slope * addFirst;
            second[i] = second[i] * keepSecond + slope * slope * addSecond;
            value[i] = value[i] * keepValue - first[i] * rate / (MathF.Sqrt(second[i]) * scale + epsilon);
        }
    }
}
