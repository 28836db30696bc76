using System.Numerics;
using System.Runtime.CompilerServices;
using Lockstep.Core.Collectives;
using Lockstep.Core.Numerics;

namespace Lockstep.Transport.Collectives;

/// <summary>
/// Element-wise sums of several tensors in the order given, ((a0 + a1) + a2) + ..., so that their bits depend on nothing else.
/// The sum may lie in the place of one of the addends. Optimised at the first call: tiers would make the first steps of a run slow.
/// </summary>
internal static unsafe class ElementSums
{
    /// <summary>Sums <paramref name="bytes"/> bytes of each addend.</summary>
    public static void Sum(ElementType type, ReadOnlySpan<nint> addends, nint sum, int bytes)
    {
        switch (type)
        {
            case ElementType.Float32:
                SumFloat32(addends, (float*)sum, bytes / sizeof(float));
                break;
            case ElementType.BFloat16:
                SumBFloat16(addends, (ushort*)sum, bytes / sizeof(ushort));
                break;
            case ElementType.Byte:
                SumBytes(addends, (byte*)sum, bytes);
                break;
            default:
                throw new ArgumentException($"elements of type {type} are not summed; they travel as bytes.", nameof(type));
        }
    }

    /// <summary>Sums <paramref name="bytes"/> bytes of each addend, and puts the sum into the place of every one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumInPlace(ElementType type, ReadOnlySpan<nint> addends, int bytes)
    {
        // Pieces that stay in the first cache between the sum and its copies: memory sees one read and one write of each addend.
        const int Piece = 8 * 1024;
        Span<nint> at = stackalloc nint[addends.Length];
        for (int done = 0; done < bytes; done += Piece)
        {
            int length = Math.Min(Piece, bytes - done);
            for (int a = 0; a < addends.Length; a++)
            {
                at[a] = addends[a] + done;
            }

            Sum(type, at, at[0], length);
            for (int a = 1; a < addends.Length; a++)
            {
                Unsafe.CopyBlockUnaligned((void*)at[a], (void*)at[0], (uint)length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumFloat32(ReadOnlySpan<nint> addends, float* sum, int count)
    {
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= count - (2 * width); i += 2 * width)
        {
            var low = Vector.Load((float*)addends[0] + i);
            var high = Vector.Load((float*)addends[0] + i + width);
            for (int a = 1; a < addends.Length; a++)
            {
                low += Vector.Load((float*)addends[a] + i);
                high += Vector.Load((float*)addends[a] + i + width);
            }

            low.Store(sum + i);
            high.Store(sum + i + width);
        }

        for (; i < count; i++)
        {
            float value = ((float*)addends[0])[i];
            for (int a = 1; a < addends.Length; a++)
            {
                value += ((float*)addends[a])[i];
            }

            sum[i] = value;
        }
    }

    /// <summary>Adds in fp32 and rounds once, to nearest even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBFloat16(ReadOnlySpan<nint> addends, ushort* sum, int count)
    {
        int width = Vector<ushort>.Count;
        int i = 0;
        for (; i <= count - width; i += width)
        {
            (var low, var high) = BFloat16.Widen(Vector.Load((ushort*)addends[0] + i));
            for (int a = 1; a < addends.Length; a++)
            {
                (var l, var h) = BFloat16.Widen(Vector.Load((ushort*)addends[a] + i));
                low += l;
                high += h;
            }

            BFloat16.Narrow(low, high).Store(sum + i);
        }

        for (; i < count; i++)
        {
            float value = BFloat16.ToSingle(((ushort*)addends[0])[i]);
            for (int a = 1; a < addends.Length; a++)
            {
                value += BFloat16.ToSingle(((ushort*)addends[a])[i]);
            }

            sum[i] = BFloat16.FromSingle(value);
        }
    }

    /// <summary>Bytes wrap around modulo 256, as unsigned arithmetic does; a sum that must not wrap belongs in another type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBytes(ReadOnlySpan<nint> addends, byte* sum, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte value = ((byte*)addends[0])[i];
            for (int a = 1; a < addends.Length; a++)
            {
                value = unchecked((byte)(value + ((byte*)addends[a])[i]));
            }

            sum[i] = value;
        }
    }
}
