using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lockstep.Torch.Optimizers;

/// <summary>g = scale gradient + decay W; V = momentum V + g; W -= rate V, or rate (g + momentum V) where it looks ahead.</summary>
internal readonly unsafe struct TorchSgdRule : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(in UpdateConstants constants, float* value, float* gradient, float* first, float* second, int count)
    {
        var (rate, momentum, scale, decay) = (constants.Rate, constants.KeepFirst, constants.GradientScale, constants.Decay);
        var (ownShare, velocityShare) = constants.LooksAhead ? (1f, momentum) : (0f, 1f);
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var weight = Vector.Load(value + i);
            var slope = Vector.Load(gradient + i) * scale + weight * decay;
            var velocity = Vector.Load(first + i) * momentum + slope;
            Vector.Store(velocity, first + i);
            Vector.Store(weight - (slope * ownShare + velocity * velocityShare) * rate, value + i);
        }
        for (; i < count; i++)
        {
            float slope = gradient[i] * scale + value[i] * decay;
            float velocity = first[i] * momentum + slope;
            first[i] = velocity;
            value[i] -= (slope * ownShare + velocity * velocityShare) * rate;
        }
    }
}
