using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AlexNet.Data.Images.Resampling;

/// <summary>
/// The first pass: along each row, from interleaved pixels to planes. Whole numbers only, so that every instruction set gives the same
/// bytes.
/// </summary>
internal static unsafe class RowPass
{
    /// <summary>Bytes of one source pixel: red, green, blue, and one that is not looked at.</summary>
    private const int PixelBytes = 4;

    private const int Planes = 3,
        Half = AxisWeights.One / 2,
        Shift = AxisWeights.Precision;

    /// <summary>Resizes rows to <c>columns.Length</c> positions of three planes: rows x planes x <paramref name="stride"/>.</summary>
    /// <param name="source">The first pixel of the first row; column 0 is <c>columns.Start</c>. Up to <c>columns.Taps</c> pixels beyond the
    /// last may be read.</param>
    /// <param name="sourceStride">Bytes from one source row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">How the columns are made.</param>
    /// <param name="target">The planes.</param>
    /// <param name="stride">Bytes of one plane of one row.</param>
    public static void Resize(byte* source, int sourceStride, int rows, AxisWeights columns, byte* target, int stride)
    {
        fixed (int* first = columns.First)
        fixed (short* weights = columns.Weights)
        {
            for (int y = 0; y < rows; y++, source += sourceStride, target += Planes * stride)
            {
                if (Avx2.IsSupported)
                    ResizeRow(source, first, weights, columns.Length, columns.Taps, target, stride);
                else
                    ResizePixels(source, first, weights, 0, columns.Length, columns.Taps, target, stride);
            }
        }
    }

    /// <summary>Four output pixels at a time; for each, four source pixels at a time.</summary>
    private static void ResizeRow(byte* source, int* first, short* weights, int length, int taps, byte* target, int stride)
    {
        var toPlanes = Vector128.Create((byte)0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15);
        int x = 0;
        for (; x + 4 <= length; x += 4, first += 4, weights += 4 * taps)
        {
            // red and green in the lower half, blue and alpha in the upper
            var p01 = Avx2.HorizontalAdd(
                Pixel(source + PixelBytes * first[0], weights, taps),
                Pixel(source + PixelBytes * first[1], weights + taps, taps)
            );
            var p23 = Avx2.HorizontalAdd(
                Pixel(source + PixelBytes * first[2], weights + 2 * taps, taps),
                Pixel(source + PixelBytes * first[3], weights + 3 * taps, taps)
            );
            var words = Avx2.PackSignedSaturate(Rounded(p01), Rounded(p23));
            var planes = Ssse3.Shuffle(Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper()), toPlanes).AsUInt32();
            Unsafe.WriteUnaligned(target + x, planes.GetElement(0));
            Unsafe.WriteUnaligned(target + stride + x, planes.GetElement(1));
            Unsafe.WriteUnaligned(target + 2 * stride + x, planes.GetElement(2));
        }
        ResizePixels(source, first - x, weights - x * taps, x, length, taps, target, stride);
    }

    /// <summary>One output pixel: of each colour two sums, whose sum it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pixel(byte* source, short* weights, int taps)
    {
        // the four source pixels' red, then green, blue and alpha: neighbours are multiplied and added in one instruction
        var byColour = Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        var sum = Vector256<int>.Zero;
        for (int tap = 0; tap < taps; tap += AxisWeights.Group)
        {
            var pixels = Avx2.ConvertToVector256Int16(Ssse3.Shuffle(Vector128.Load(source + PixelBytes * tap), byColour));
            sum += Avx2.MultiplyAddAdjacent(pixels, Avx2.BroadcastScalarToVector256((long*)(weights + tap)).AsInt16());
        }
        return sum;
    }

    private static Vector256<int> Rounded(Vector256<int> sums) => Vector256.ShiftRightArithmetic(sums + Vector256.Create(Half), Shift);

    private static void ResizePixels(byte* source, int* first, short* weights, int start, int length, int taps, byte* target, int stride)
    {
        for (int x = start; x < length; x++)
        {
            for (int plane = 0; plane < Planes; plane++)
            {
                int sum = Half;
                for (int tap = 0; tap < taps; tap++)
                    sum += source[PixelBytes * (first[x] + tap) + plane] * weights[x * taps + tap];
                target[plane * stride + x] = (byte)(sum >> Shift);
            }
        }
    }
}
