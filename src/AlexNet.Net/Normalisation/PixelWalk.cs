using Lockstep.Core.Topology;
using Lockstep.Torch.Vectors;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// Tensors whose channels of one pixel lie one after another (channels last). The tower's channels of a tile of pixels are read into one
/// fp32 row, with half a window of zeros between two pixels; a window's rows are this row, shifted. Zeros add nothing to a sum, so bits are
/// those of <see cref="MapWalk{TElement, TPower}"/>.
/// </summary>
internal static unsafe class PixelWalk<TElement, TPower>
    where TElement : struct, IElement
    where TPower : struct, IPower
{
    /// <summary>Floats of scratch memory of an item, forward or backward.</summary>
    public static long Scratch(in LrnTask task) => 5L * RowLength(task, (task.Pixels + task.Tiles - 1) / task.Tiles);

    public static void Forward(LrnTask* task, int item, float* scratch)
    {
        var (group, pixels) = task->ItemAt(item);
        var (size, half, length) = (task->Constants.Size, task->Constants.Half, RowLength(*task, pixels.Length));
        float** window = stackalloc float*[size];
        float* input = scratch,
            output = scratch + length;

        Read(task, task->Input, group, pixels, input, length);
        if (task->Rectify)
            RowArithmetic.Rectify(input + half, input + half, length - 2 * half);
        int rows = Shifted(input, size, window);
        RowKernels<TPower>.Normalise(window, rows, input + half, output, length - 2 * half, task->Constants);
        Write(task, group, pixels, output);
    }

    public static void Backward(LrnTask* task, int item, float* scratch)
    {
        var (group, pixels) = task->ItemAt(item);
        var (size, half, length) = (task->Constants.Size, task->Constants.Half, RowLength(*task, pixels.Length));
        int count = length - 2 * half;
        float** window = stackalloc float*[size];
        float* input = scratch,
            gradient = input + length,
            direct = gradient + length,
            shared = direct + length,
            result = shared + length;

        Read(task, task->Input, group, pixels, input, length);
        Read(task, task->Gradient, group, pixels, gradient, length);
        if (task->Rectify)
            RowArithmetic.Rectify(input + half, input + half, count);
        int rows = Shifted(input, size, window);
        RowKernels<TPower>.Weigh(window, rows, input + half, gradient + half, direct, shared + half, count, task->Constants);

        new Span<float>(shared, half).Clear();
        new Span<float>(shared + half + count, half).Clear();
        rows = Shifted(shared, size, window);
        RowArithmetic.Join(window, rows, input + half, direct, result, count, task->Constants.Slope);
        if (task->Rectify)
            RowArithmetic.Rectify(input + half, result, count);
        Write(task, group, pixels, result);
    }

    private static int Pitch(in LrnTask task) => task.Maps + task.Constants.Half;

    // Half a window before the first channel and after the last vector.
    private static int RowLength(in LrnTask task, int pixels) => LrnTask.Padded(pixels * Pitch(task)) + 2 * task.Constants.Half;

    private static int Shifted(float* row, int size, float** window)
    {
        for (int shift = 0; shift < size; shift++)
            window[shift] = row + shift;
        return size;
    }

    private static byte* At(LrnTask* task, byte* tensor, long group, int pixel)
    {
        var (sample, tower) = (group / task->Towers, group % task->Towers);
        return tensor + ((sample * task->Pixels + pixel) * task->Towers + tower) * task->Maps * TElement.Bytes;
    }

    private static void Read(LrnTask* task, byte* tensor, long group, Extent pixels, float* row, int length)
    {
        new Span<float>(row, length).Clear();
        for (int i = 0; i < pixels.Length; i++)
            TElement.Read(At(task, tensor, group, pixels.Start + i), row + task->Constants.Half + i * Pitch(*task), task->Maps);
    }

    private static void Write(LrnTask* task, long group, Extent pixels, float* row)
    {
        for (int i = 0; i < pixels.Length; i++)
            TElement.Write(row + i * Pitch(*task), At(task, task->Target, group, pixels.Start + i), task->Maps);
    }
}
