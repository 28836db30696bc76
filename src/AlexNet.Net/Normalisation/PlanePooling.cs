using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// Max-pooling of one map in fp32, without padding, choosing as libtorch does: the first of equal maxima in row-major order of the window,
/// and the last NaN if there is one.
/// </summary>
/// <param name="Kernel">Height and width of the window, 1 to <see cref="LargestKernel"/>.</param>
/// <param name="Stride">In pixels.</param>
/// <param name="Height">The height of the map.</param>
/// <param name="Width">The width of the map.</param>
internal readonly unsafe record struct PlanePooling(int Kernel, int Stride, int Height, int Width)
{
    /// <summary>A place in the window is kept in one byte.</summary>
    public const int LargestKernel = 15;

    public int PooledHeight => (Height - Kernel) / Stride + 1;

    public int PooledWidth => (Width - Kernel) / Stride + 1;

    /// <summary>Elements of the pooled map.</summary>
    public int PooledPixels => PooledHeight * PooledWidth;

    /// <summary>Length of a row for <see cref="PooledPixels"/> that whole vectors are written to.</summary>
    public int PooledLength => LrnTask.Padded(PooledPixels) + Vector<float>.Count;

    /// <summary>Floats that the map may be read past its end.</summary>
    public static int Slack => 2 * Vector<float>.Count;

    /// <summary>Floats of scratch memory for <see cref="Pool"/>.</summary>
    public int Scratch => Height * Stride * PhaseLength + PooledLength;

    // A phase is every Stride-th pixel of a row: what the windows of a pooled row see at one place of theirs, side by side.
    private int PhaseLength => LrnTask.Padded(Math.Max((Width + Stride - 1) / Stride, LrnTask.Padded(PooledWidth) + Kernel / Stride));

    /// <summary>
    /// height x width -> pooled height x pooled width, and the place in its window (row * kernel + column) that each was found at.
    /// </summary>
    public void Pool(float* map, float* pooled, byte* places, float* scratch)
    {
        var (phase, height, width, pixels) = (PhaseLength, PooledHeight, PooledWidth, PooledPixels);
        int* found = (int*)(scratch + Height * Stride * phase);
        for (int row = 0; row < Height; row++)
            Deal(map + row * Width, scratch + row * Stride * phase, phase);

        int* offsets = stackalloc int[Kernel * Kernel];
        for (int place = 0; place < Kernel * Kernel; place++)
            offsets[place] = (place / Kernel * Stride + place % Kernel % Stride) * phase + place % Kernel / Stride;
        for (int row = 0; row < height; row++)
            PoolRow(scratch + row * Stride * Stride * phase, offsets, pooled + row * width, found + row * width, width);
        for (int i = 0; i < pixels; i++)
            places[i] = (byte)found[i];
    }

    /// <summary>Adds each pooled gradient to the pixel it was found at; the other pixels of the map get zero.</summary>
    public void Spread(float* pooled, byte* places, float* map)
    {
        new Span<float>(map, Height * Width).Clear();
        int* offsets = stackalloc int[Kernel * Kernel];
        for (int place = 0; place < Kernel * Kernel; place++)
            offsets[place] = place / Kernel * Width + place % Kernel;
        var (height, width, stride) = (PooledHeight, PooledWidth, Stride);
        for (int row = 0; row < height; row++)
        {
            float* corner = map + row * stride * Width;
            for (int column = 0; column < width; column++, corner += stride)
                corner[offsets[*places++]] += *pooled++;
        }
    }

    // Deals a row's pixels out to its phases, as cards to players.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Deal(float* row, float* phases, int length)
    {
        if (Stride == 1)
        {
            new ReadOnlySpan<float>(row, Width).CopyTo(new Span<float>(phases, Width));
        }
        else if (Stride == 2)
        {
            for (int i = 0; 2 * i < Width; i += Vector<float>.Count) // of a pair of floats, the first is the lower half of 64 bits
            {
                var (lower, upper) = (Vector.Load((ulong*)(row + 2 * i)), Vector.Load((ulong*)(row + 2 * i + Vector<float>.Count)));
                Vector.Store(Vector.Narrow(lower, upper), (uint*)(phases + i));
                Vector.Store(Vector.Narrow(lower >> 32, upper >> 32), (uint*)(phases + length + i));
            }
        }
        else
        {
            for (int i = 0; i < Width; i++)
                phases[i % Stride * length + i / Stride] = row[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PoolRow(float* phases, int* offsets, float* pooled, int* found, int width)
    {
        int places = Kernel * Kernel;
        for (int i = 0; i < width; i += Vector<float>.Count)
        {
            var (best, where) = (new Vector<float>(float.NegativeInfinity), Vector<int>.Zero);
            for (int place = 0; place < places; place++)
            {
                var x = Vector.Load(phases + offsets[place] + i);
                var better = Vector.GreaterThan(x, best) | ~Vector.Equals(x, x);
                best = Vector.ConditionalSelect(better, x, best);
                where = Vector.ConditionalSelect(better, new Vector<int>(place), where);
            }
            Vector.Store(best, pooled + i);
            Vector.Store(where, found + i);
        }
    }
}
