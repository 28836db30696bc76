using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AlexNet.Data.Images.Resampling;

/// <summary>The second pass: across rows, plane by plane. Whole numbers only, as in the first.</summary>
internal static unsafe class ColumnPass
{
    /// <summary>Output positions made at a time.</summary>
    private const int Block = 16;

    private const int Half = AxisWeights.One / 2,
        Shift = AxisWeights.Precision;

    /// <summary>Resizes one plane: its rows become <c>rows.Length</c> rows that lie one after the other.</summary>
    /// <param name="source">The first row of the plane; row 0 is <c>rows.Start</c>.</param>
    /// <param name="sourceStride">Bytes from one row of this plane to its next.</param>
    /// <param name="rows">How the rows are made.</param>
    /// <param name="width">Bytes of a row.</param>
    /// <param name="target">rows x width.</param>
    public static void Resize(byte* source, int sourceStride, AxisWeights rows, int width, byte* target)
    {
        var first = rows.First;
        var weights = rows.Weights;
        for (int y = 0; y < rows.Length; y++, target += width)
        {
            var own = weights.Slice(y * rows.Taps, rows.Taps);
            int taps = Used(own);
            if (Avx2.IsSupported && width >= Block)
                ResizeRow(source + (nint)sourceStride * first[y], sourceStride, own[..taps], width, target);
            else
                ResizeBytes(source + (nint)sourceStride * first[y], sourceStride, own[..taps], width, target);
        }
    }

    /// <summary>Rows that only zeros meet may not exist.</summary>
    private static int Used(ReadOnlySpan<short> weights)
    {
        int used = weights.Length;
        while (weights[used - 1] == 0)
            used--;
        return used;
    }

    private static void ResizeRow(byte* source, int stride, ReadOnlySpan<short> weights, int width, byte* target)
    {
        for (int x = 0; x < width; x += Block)
        {
            int at = Math.Min(x, width - Block); // the last block may make some bytes a second time
            Vector128.Store(Sixteen(source + at, stride, weights), target + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Sixteen(byte* source, int stride, ReadOnlySpan<short> weights)
    {
        var (low, high) = (Vector256.Create(Half), Vector256.Create(Half));
        int tap = 0;
        for (; tap + 2 <= weights.Length; tap += 2, source += 2 * (nint)stride)
            AddPair(Vector128.Load(source), Vector128.Load(source + stride), Pair(weights[tap], weights[tap + 1]), ref low, ref high);
        if (tap < weights.Length)
            AddPair(Vector128.Load(source), Vector128<byte>.Zero, Pair(weights[tap], 0), ref low, ref high);

        // the halves of 128 bits stay apart all the way, so that packing puts them back in order
        var words = Avx2.PackSignedSaturate(Vector256.ShiftRightArithmetic(low, Shift), Vector256.ShiftRightArithmetic(high, Shift));
        return Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPair(
        Vector128<byte> upper,
        Vector128<byte> lower,
        Vector256<short> weights,
        ref Vector256<int> low,
        ref Vector256<int> high
    )
    {
        var (a, b) = (Avx2.ConvertToVector256Int16(upper), Avx2.ConvertToVector256Int16(lower));
        low += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(a, b), weights);
        high += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(a, b), weights);
    }

    private static Vector256<short> Pair(short first, short second) => Vector256.Create((second << 16) | (ushort)first).AsInt16();

    private static void ResizeBytes(byte* source, int stride, ReadOnlySpan<short> weights, int width, byte* target)
    {
        for (int x = 0; x < width; x++)
        {
            int sum = Half;
            for (int tap = 0; tap < weights.Length; tap++)
                sum += source[x + (nint)tap * stride] * weights[tap];
            target[x] = (byte)(sum >> Shift);
        }
    }
}
