using System.Numerics;
using System.Runtime.CompilerServices;
using Lockstep.Core.Numerics;

namespace Lockstep.Torch.Vectors;

/// <summary>bf16: the upper half of fp32.</summary>
internal readonly unsafe struct BFloat16Element : IElement
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(byte* from, float* to, int count)
    {
        ushort* source = (ushort*)from;
        int i = 0;
        for (; i <= count - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var (lower, upper) = BFloat16.Widen(Vector.Load(source + i));
            Vector.Store(lower, to + i);
            Vector.Store(upper, to + i + Vector<float>.Count);
        }
        for (; i < count; i++)
            to[i] = BFloat16.ToSingle(source[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* from, byte* to, int count)
    {
        ushort* target = (ushort*)to;
        int i = 0;
        for (; i <= count - Vector<ushort>.Count; i += Vector<ushort>.Count)
            Vector.Store(BFloat16.Narrow(Vector.Load(from + i), Vector.Load(from + i + Vector<float>.Count)), target + i);
        for (; i < count; i++)
            target[i] = BFloat16.FromSingle(from[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* values, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(BFloat16.Round(Vector.Load(values + i)), values + i);
        for (; i < count; i++)
            values[i] = BFloat16.ToSingle(BFloat16.FromSingle(values[i]));
    }
}
