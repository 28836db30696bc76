using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lockstep.Torch.Optimizers;

/// <summary>V = momentum V - rate gradient - rate decay W; W += V.</summary>
internal readonly unsafe struct SgdRule : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(in UpdateConstants constants, float* value, float* gradient, float* first, float* second, int count)
    {
        var (rate, shrink, momentum) = (constants.Rate, constants.Shrink, constants.KeepFirst);
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var weight = Vector.Load(value + i);
            var velocity = Vector.Load(first + i) * momentum - Vector.Load(gradient + i) * rate + weight * shrink;
            Vector.Store(velocity, first + i);
            Vector.Store(weight + velocity, value + i);
        }
        for (; i < count; i++)
        {
            float velocity = first[i] * momentum - gradient[i] * rate + value[i] * shrink;
            first[i] = velocity;
            value[i] += velocity;
        }
    }
}
