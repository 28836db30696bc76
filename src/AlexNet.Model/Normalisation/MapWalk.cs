using AlexNet.Core.Topology;

namespace AlexNet.Model.Normalisation;

/// <summary>
/// Tensors whose maps lie one after another (NCHW). A tile of pixels is walked through from the tower's first map to its last: each map's row is
/// read once into a ring of fp32 rows, which stays in the cache, and used by every window it is in. Where the output is pooled, a tile is
/// the whole map, and what is pooled never leaves the cache.
/// </summary>
internal static unsafe class MapWalk<TElement, TPower>
    where TElement : struct, IElement
    where TPower : struct, IPower
{
    /// <summary>Floats of scratch memory of an item, forward or backward.</summary>
    public static long Scratch(in LrnTask task)
    {
        long rows = 2 * task.Constants.Size + task.Constants.Half + 2;
        long pooling = task.Pools ? PlanePooling.Slack + task.Pooling.PooledLength + task.Pooling.Scratch : 0;
        return rows * task.RowLength + pooling;
    }

    public static void Forward(LrnTask* task, int item, float* scratch)
    {
        var (group, pixels) = task->ItemAt(item);
        var (maps, size, half, length) = (task->Maps, task->Constants.Size, task->Constants.Half, task->RowLength);
        var inputs = new Ring(scratch, size, length);
        float* output = scratch + size * length;
        float** window = stackalloc float*[size];

        for (int map = 0; map < maps + half; map++)
        {
            if (map < maps)
                ReadInput(task, group, map, pixels, inputs[map]);
            int centre = map - half;
            if (centre < 0)
                continue;
            int rows = inputs.List(Math.Max(0, centre - half), Math.Min(maps - 1, map), window);
            RowKernels<TPower>.Normalise(window, rows, inputs[centre], output, LrnTask.Padded(pixels.Length), task->Constants);
            WriteOutput(task, group * maps + centre, pixels, output, output + length + PlanePooling.Slack);
        }
    }

    public static void Backward(LrnTask* task, int item, float* scratch)
    {
        var (group, pixels) = task->ItemAt(item);
        var (maps, size, half, length) = (task->Maps, task->Constants.Size, task->Constants.Half, task->RowLength);
        int count = LrnTask.Padded(pixels.Length);
        var (inputs, shared) = (new Ring(scratch, size, length), new Ring(scratch + size * length, size, length));
        var direct = new Ring(scratch + 2 * size * length, half + 1, length);
        float* gradient = scratch + (2 * size + half + 1) * length;
        float** window = stackalloc float*[size];

        for (int map = 0; map < maps + 2 * half; map++)
        {
            if (map < maps)
                ReadInput(task, group, map, pixels, inputs[map]);
            int weighed = map - half, joined = weighed - half;
            if (weighed >= 0 && weighed < maps)
            {
                ReadGradient(task, group * maps + weighed, pixels, gradient, gradient + length);
                int rows = inputs.List(Math.Max(0, joined), Math.Min(maps - 1, map), window);
                RowKernels<TPower>.Weigh(window, rows, inputs[weighed], gradient, direct[weighed], shared[weighed], count, task->Constants);
            }
            if (joined >= 0)
            {
                int rows = shared.List(Math.Max(0, joined - half), Math.Min(maps - 1, weighed), window);
                RowArithmetic.Join(window, rows, inputs[joined], direct[joined], gradient, count, task->Constants.Slope);
                if (task->Rectify)
                    RowArithmetic.Rectify(inputs[joined], gradient, count);
                TElement.Write(gradient, At(task->Target, group * maps + joined, task->Pixels, pixels.Start), pixels.Length);
            }
        }
    }

    private static void ReadInput(LrnTask* task, long group, int map, Extent pixels, float* row)
    {
        Read(At(task->Input, group * task->Maps + map, task->Pixels, pixels.Start), row, pixels.Length);
        if (task->Rectify)
            RowArithmetic.Rectify(row, row, LrnTask.Padded(pixels.Length));
    }

    private static void WriteOutput(LrnTask* task, long map, Extent pixels, float* row, float* scratch)
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

    private static void ReadGradient(LrnTask* task, long map, Extent pixels, float* row, float* scratch)
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

    private static byte* At(byte* tensor, long map, long pixels, int pixel) => tensor + (map * pixels + pixel) * TElement.Bytes;

    private static void Read(byte* from, float* row, int count)
    {
        TElement.Read(from, row, count);
        Fill(row, count);
    }

    // The last vector is computed whole; zeros keep its unused elements from being slow (denormal) numbers.
    private static void Fill(float* row, int count) => new Span<float>(row + count, LrnTask.Padded(count) - count).Clear();
}
