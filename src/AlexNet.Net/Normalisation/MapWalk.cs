using Lockstep.Torch.Vectors;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// Tensors whose maps lie one after another (NCHW). A tile of pixels is walked through from the tower's first map to its last: each map's
/// row is read once into a ring of fp32 rows, which stays in the cache, and used by every window it is in. Where the output is pooled, a
/// tile is the whole map, and what is pooled never leaves the cache.
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
                MapRows<TElement>.ReadInput(task, group, map, pixels, inputs[map]);
            int centre = map - half;
            if (centre < 0)
                continue;
            int rows = inputs.List(Math.Max(0, centre - half), Math.Min(maps - 1, map), window);
            RowKernels<TPower>.Normalise(window, rows, inputs[centre], output, LrnTask.Padded(pixels.Length), task->Constants);
            MapRows<TElement>.WriteOutput(task, group * maps + centre, pixels, output, output + length + PlanePooling.Slack);
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
                MapRows<TElement>.ReadInput(task, group, map, pixels, inputs[map]);
            int weighed = map - half,
                joined = weighed - half;
            if (weighed >= 0 && weighed < maps)
            {
                MapRows<TElement>.ReadGradient(task, group * maps + weighed, pixels, gradient, gradient + length);
                int rows = inputs.List(Math.Max(0, joined), Math.Min(maps - 1, map), window);
                RowKernels<TPower>.Weigh(window, rows, inputs[weighed], gradient, direct[weighed], shared[weighed], count, task->Constants);
            }
            if (joined >= 0)
            {
                int rows = shared.List(Math.Max(0, joined - half), Math.Min(maps - 1, weighed), window);
                RowArithmetic.Join(window, rows, inputs[joined], direct[joined], gradient, count, task->Constants.Slope);
                if (task->Rectify)
                    RowArithmetic.Rectify(inputs[joined], gradient, count);
                MapRows<TElement>.Write(task, group * maps + joined, pixels, gradient);
            }
        }
    }
}
