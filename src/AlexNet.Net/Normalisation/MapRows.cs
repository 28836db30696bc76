using Lockstep.Core.Topology;
using Lockstep.Torch.Vectors;

namespace AlexNet.Net.Normalisation;

/// <summary>Reads and writes the maps of a pass as rows of fp32, for tensors whose maps lie one after another (NCHW).</summary>
internal static unsafe class MapRows<TElement>
    where TElement : struct, IElement
{
    /// <summary>One map of the input, through the ReLU where there is one.</summary>
    public static void ReadInput(LrnTask* task, long group, int map, Extent pixels, float* row)
    {
        Read(At(task->Input, group * task->Maps + map, task->Pixels, pixels.Start), row, pixels.Length);
        if (task->Rectify)
            RowArithmetic.Rectify(row, row, LrnTask.Padded(pixels.Length));
    }

    /// <summary>One map of the output, pooled where it is to be.</summary>
    public static void WriteOutput(LrnTask* task, long map, Extent pixels, float* row, float* scratch)
    {
        if (!task->Pools)
        {
            TElement.Write(row, At(task->Target, map, task->Pixels, pixels.Start), pixels.Length);
            return;
        }
        TElement.Round(row, pixels.Length);
        int pooled = task->Pooling.PooledPixels;
        task->Pooling.Pool(row, scratch, task->Places + map * pooled, scratch + task->Pooling.PooledLength);
        TElement.Write(scratch, At(task->Target, map, pooled, 0), pooled);
    }

    /// <summary>One map of the output's gradient, each pooled one where its maximum was found.</summary>
    public static void ReadGradient(LrnTask* task, long map, Extent pixels, float* row, float* scratch)
    {
        if (!task->Pools)
        {
            Read(At(task->Gradient, map, task->Pixels, pixels.Start), row, pixels.Length);
            return;
        }
        int pooled = task->Pooling.PooledPixels;
        TElement.Read(At(task->Gradient, map, pooled, 0), scratch, pooled);
        task->Pooling.Spread(scratch, task->Places + map * pooled, row);
        Fill(row, pixels.Length);
    }

    /// <summary>One map of the input's gradient.</summary>
    public static void Write(LrnTask* task, long map, Extent pixels, float* row) =>
        TElement.Write(row, At(task->Target, map, task->Pixels, pixels.Start), pixels.Length);

    private static byte* At(byte* tensor, long map, long pixels, int pixel) => tensor + (map * pixels + pixel) * TElement.Bytes;

    private static void Read(byte* from, float* row, int count)
    {
        TElement.Read(from, row, count);
        Fill(row, count);
    }

    // The last vector is computed whole; zeros keep its unused elements from being slow (denormal) numbers.
    private static void Fill(float* row, int count) => new Span<float>(row + count, LrnTask.Padded(count) - count).Clear();
}
