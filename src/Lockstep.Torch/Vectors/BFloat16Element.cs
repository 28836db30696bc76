using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lockstep.Torch.Vectors;

/// <summary>bf16: the upper half of fp32.</summary>
internal readonly unsafe struct BFloat16Element : IElement
{
    private const int Shift = 16;
    private const uint QuietNaN = 0x0040_0000,
        HalfBelow = 0x7fff;

    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(byte* from, float* to, int count)
    {
        var source = (ushort*)from;
        int i = 0;
        for (; i <= count - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.Load(source + i), out var lower, out var upper);
            Vector.Store(Vector.AsVectorSingle(lower << Shift), to + i);
            Vector.Store(Vector.AsVectorSingle(upper << Shift), to + i + Vector<float>.Count);
        }
        for (; i < count; i++)
            to[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << Shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* from, byte* to, int count)
    {
        var target = (ushort*)to;
        int i = 0;
        for (; i <= count - Vector<ushort>.Count; i += Vector<ushort>.Count)
            Vector.Store(Vector.Narrow(Rounded(Vector.Load(from + i)), Rounded(Vector.Load(from + i + Vector<float>.Count))), target + i);
        for (; i < count; i++)
            target[i] = (ushort)Rounded(new Vector<float>(from[i]))[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* values, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.AsVectorSingle(Rounded(Vector.Load(values + i)) << Shift), values + i);
        for (; i < count; i++)
            values[i] = BitConverter.UInt32BitsToSingle(Rounded(new Vector<float>(values[i]))[0] << Shift);
    }

    // Half of the last place that stays is added, less one bit where that place is even already; a NaN keeps its sign and stays one.
    private static Vector<uint> Rounded(Vector<float> value)
    {
        var bits = Vector.AsVectorUInt32(value);
        var rounded = bits + new Vector<uint>(HalfBelow) + ((bits >> Shift) & Vector<uint>.One);
        var isNumber = Vector.AsVectorUInt32(Vector.Equals(value, value));
        return Vector.ConditionalSelect(isNumber, rounded, bits | new Vector<uint>(QuietNaN)) >> Shift;
    }
}
