using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Tests.Collectives;

/// <summary>The sum as the port defines it, one element after the other.</summary>
internal static class ReferenceSum
{
    public static byte[] Of(ElementType type, IReadOnlyList<byte[]> addends) =>
        type switch
        {
            ElementType.Float32 => Sum<float, float>(addends, value => value, (a, b) => a + b, sum => sum),
            ElementType.BFloat16 => Sum<ushort, float>(addends, Widen, (a, b) => a + b, Round),
            _ => Sum<byte, byte>(addends, value => value, (a, b) => unchecked((byte)(a + b)), sum => sum),
        };

    private static byte[] Sum<T, TSum>(IReadOnlyList<byte[]> addends, Func<T, TSum> widen, Func<TSum, TSum, TSum> add, Func<TSum, T> round)
        where T : unmanaged
    {
        byte[] result = new byte[addends[0].Length];
        var sums = MemoryMarshal.Cast<byte, T>(result.AsSpan());
        T[][] values = [.. addends.Select(a => MemoryMarshal.Cast<byte, T>(a).ToArray())];
        for (int i = 0; i < sums.Length; i++)
        {
            var sum = widen(values[0][i]);
            for (int rank = 1; rank < values.Length; rank++)
            {
                sum = add(sum, widen(values[rank][i]));
            }

            sums[i] = round(sum);
        }

        return result;
    }

    private static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearer of the two neighbours, the even one in the middle, found without the trick that the code uses.</summary>
    private static ushort Round(float value)
    {
        ushort down = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        ushort up = (ushort)(down + 1);
        double below = Math.Abs((double)value - Widen(down));
        double above = Math.Abs(Widen(up) - (double)value);
        return below < above || (below == above && down % 2 == 0) ? down : up;
    }
}
