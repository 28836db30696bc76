using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lockstep.Core.Numerics;

/// <summary>
/// bfloat16 as its sixteen bits, the upper half of an fp32. Rounding is to nearest, and to even in the middle; a NaN keeps its sign and
/// stays a NaN. One number and a vector of numbers give the same bits.
/// </summary>
public static class BFloat16
{
    private const int Shift = 16;
    private const uint QuietNaN = 0x0040_0000,
        HalfBelow = 0x7fff; // half of the last place that stays, less one bit, which an odd place adds again

    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << Shift);

    public static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((float.IsNaN(value) ? bits | QuietNaN : bits + HalfBelow + ((bits >> Shift) & 1)) >> Shift);
    }

    /// <summary>Twice as many numbers as a vector of fp32 holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector<float> Lower, Vector<float> Upper) Widen(Vector<ushort> values)
    {
        Vector.Widen(values, out var lower, out var upper);
        return (Vector.AsVectorSingle(lower << Shift), Vector.AsVectorSingle(upper << Shift));
    }

    /// <summary>Rounds the numbers of two vectors into one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<ushort> Narrow(Vector<float> lower, Vector<float> upper) => Vector.Narrow(Rounded(lower), Rounded(upper));

    /// <summary>Rounds numbers to what bf16 holds; they stay fp32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Round(Vector<float> values) => Vector.AsVectorSingle(Rounded(values) << Shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Rounded(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        var rounded = bits + new Vector<uint>(HalfBelow) + ((bits >> Shift) & Vector<uint>.One);
        var isNumber = Vector.AsVectorUInt32(Vector.Equals(values, values));
        return Vector.ConditionalSelect(isNumber, rounded, bits | new Vector<uint>(QuietNaN)) >> Shift;
    }
}
