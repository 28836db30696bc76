using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AlexNet.Data.Images.Resampling;

/// <summary>
/// The first pass: along each row, from interleaved pixels to planes. Whole numbers only, so that every instruction set gives the same bytes.
/// </summary>
internal static unsafe class RowPass
{
    /// <summary>Bytes of one source pixel: red, green, blue, and one that is not looked at.</summary>
    private const int PixelBytes = 4;

    private const int Planes = 3, Half = AxisWeights.One / 2, Shift = AxisWeights.Precision;

    /// <summary>Resizes rows to <c>columns.Length</c> positions of three planes: rows x planes x <paramref name="stride"/>.</summary>
    /// <param name="source">The first pixel of the first row; column 0 is <c>columns.Start</c>. Up to <c>columns.Taps</c> pixels beyond the last may be read.</param>
    /// <param name="sourceStride">Bytes from one source row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">How the columns are made.</param>
    /// <param name="target">The planes.</param>
    /// <param name="stride">Bytes of one plane of one row.</param>
    public static void Resize(byte* source, int sourceStride, int rows, AxisWeights columns, byte* target, int stride)
    {
        fixed (int* first = columns.First)
        fixed (short* weights = columns.Weights)
            for (int y = 0; y < rows; y++, source += sourceStride, target += Planes * stride)
                if (Avx2.IsSupported)
                    ResizeRow(source, first, weights, columns.Length, columns.Taps, target, stride);
                else
                    ResizePixels(source, first, weights, 0, columns.Length, columns.Taps, target, stride);
    }

    /// <summary>Four output pixels at a time; for each, four source pixels at a time.</summary>
    private static void ResizeRow(byte* source, int* first, short* weights, int length, int taps, byte* target, int stride)
    {
        var toPlanes = Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        int x = 0;
        for (; x + 4 <= length; x += 4, first += 4, weights += 4 * taps)
        {
            var p0 = Pixel(source + PixelBytes * first[0], weights, taps);
            var p1 = Pixel(source + PixelBytes * first[1], weights + taps, taps);
            var p2 = Pixel(source + PixelBytes * first[2], weights + 2 * taps, taps);
            var p3 = Pixel(source + PixelBytes * first[3], weights + 3 * taps, taps);
            var pixels = Sse2.PackUnsignedSaturate(Sse2.PackSignedSaturate(p0, p1), Sse2.PackSignedSaturate(p2, p3));
            var planes = Ssse3.Shuffle(pixels, toPlanes).AsUInt32();
            Unsafe.WriteUnaligned(target + x, planes.GetElement(0));
            Unsafe.WriteUnaligned(target + stride + x, planes.GetElement(1));
            Unsafe.WriteUnaligned(target + 2 * stride + x, planes.GetElement(2));
        }
        ResizePixels(source, first - x, weights - x * taps, x, length, taps, target, stride);
    }

    /// <summary>One output pixel as four whole numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Pixel(byte* source, short* weights, int taps)
    {
        // r0 r1 g0 g1 b0 b1 a0 a1, then the same of pixels 2 and 3: neighbours are multiplied and added in one instruction
        var byChannel = Vector128.Create((byte)0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
        var pairOfWeights = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1);
        var sum = Vector256<int>.Zero;
        for (int tap = 0; tap < taps; tap += AxisWeights.Group)
        {
            var pixels = Avx2.ConvertToVector256Int16(Ssse3.Shuffle(Vector128.Load(source + PixelBytes * tap), byChannel));
            var four = Avx2.PermuteVar8x32(Vector128.CreateScalarUnsafe(*(long*)(weights + tap)).AsInt32().ToVector256Unsafe(), pairOfWeights);
            sum += Avx2.MultiplyAddAdjacent(pixels, four.AsInt16());
        }
        return Vector128.ShiftRightArithmetic(sum.GetLower() + sum.GetUpper() + Vector128.Create(Half), Shift);
    }

    private static void ResizePixels(byte* source, int* first, short* weights, int start, int length, int taps, byte* target, int stride)
    {
        for (int x = start; x < length; x++)
            for (int plane = 0; plane < Planes; plane++)
            {
                int sum = Half;
                for (int tap = 0; tap < taps; tap++)
                    sum += source[PixelBytes * (first[x] + tap) + plane] * weights[x * taps + tap];
                target[plane * stride + x] = (byte)(sum >> Shift);
            }
    }
}
