using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Tests.Collectives;

/// <summary>The sum as the port defines it, one element after the other.</summary>
internal static class ReferenceSum
{
    public static byte[] Of(ElementType type, IReadOnlyList<byte[]> addends) =>
        type switch
        {
            ElementType.Float32 => Sum<float>(addends, values => values.Aggregate((a, b) => a + b)),
            ElementType.BFloat16 => Sum<ushort>(addends, values => Round(values.Select(Widen).Aggregate((a, b) => a + b))),
            _ => Sum<byte>(addends, values => values.Aggregate((a, b) => unchecked((byte)(a + b)))),
        };

    private static byte[] Sum<T>(IReadOnlyList<byte[]> addends, Func<IEnumerable<T>, T> sum)
        where T : unmanaged
    {
        byte[] result = new byte[addends[0].Length];
        var sums = MemoryMarshal.Cast<byte, T>(result.AsSpan());
        T[][] values = [.. addends.Select(a => MemoryMarshal.Cast<byte, T>(a).ToArray())];
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = sum(values.Select(v => v[i]));
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
