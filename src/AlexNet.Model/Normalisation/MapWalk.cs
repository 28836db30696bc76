namespace AlexNet.Model.Normalisation;

/// <summary>
/// Tensors whose maps lie one after another (NCHW). A tile of pixels is walked through from the tower's first map to its last: each map's row is
/// read once into a ring of fp32 rows, which stays in the first-level cache, and used by every window it is in.
/// </summary>
internal static unsafe class MapWalk<TElement, TPower>
    where TElement : struct, IElement
    where TPower : struct, IPower
{
    public static int ForwardRows(LrnTask task) => task.Constants.Size + 1;

    public static int BackwardRows(LrnTask task) => 2 * task.Constants.Size + task.Constants.Half + 3;

    public static void Forward(LrnTask* task, int item, float* scratch)
    {
        var (group, pixels) = task->ItemAt(item);
        var (maps, size, half) = (task->Maps, task->Constants.Size, task->Constants.Half);
        int length = LrnTask.Padded(pixels.Length);
        var inputs = new Ring(scratch, size, length);
        float* output = scratch + size * length;
        float** window = stackalloc float*[size];

        for (int map = 0; map < maps + half; map++)
        {
            if (map < maps)
                Read(task, task->Input, group, map, pixels.Start, pixels.Length, inputs[map], task->Rectify);
            int centre = map - half;
            if (centre < 0)
                continue;
            int rows = inputs.List(Math.Max(0, centre - half), Math.Min(maps - 1, map), window);
            RowKernels<TPower>.Normalise(window, rows, inputs[centre], output, length, task->Constants);
            TElement.Write(output, At(task, task->Target, group, centre, pixels.Start), pixels.Length);
        }
    }

    public static void Backward(LrnTask* task, int item, float* scratch)
    {
        var (group, pixels) = task->ItemAt(item);
        var (maps, size, half) = (task->Maps, task->Constants.Size, task->Constants.Half);
        int length = LrnTask.Padded(pixels.Length);
        var inputs = new Ring(scratch, size, length);
        var shared = new Ring(scratch + size * length, size, length);
        var direct = new Ring(scratch + 2 * size * length, half + 1, length);
        float* gradient = scratch + (2 * size + half + 1) * length;
        float** window = stackalloc float*[size];

        for (int map = 0; map < maps + 2 * half; map++)
        {
            if (map < maps)
                Read(task, task->Input, group, map, pixels.Start, pixels.Length, inputs[map], task->Rectify);
            int weighed = map - half, joined = weighed - half;
            if (weighed >= 0 && weighed < maps)
            {
                Read(task, task->Gradient, group, weighed, pixels.Start, pixels.Length, gradient, rectify: false);
                int rows = inputs.List(Math.Max(0, joined), Math.Min(maps - 1, map), window);
                RowKernels<TPower>.Weigh(window, rows, inputs[weighed], gradient, direct[weighed], shared[weighed], length, task->Constants);
            }
            if (joined >= 0)
            {
                int rows = shared.List(Math.Max(0, joined - half), Math.Min(maps - 1, weighed), window);
                RowArithmetic.Join(window, rows, inputs[joined], direct[joined], gradient, length, task->Constants.Slope);
                if (task->Rectify)
                    RowArithmetic.Rectify(inputs[joined], gradient, length);
                TElement.Write(gradient, At(task, task->Target, group, joined, pixels.Start), pixels.Length);
            }
        }
    }

    private static byte* At(LrnTask* task, byte* tensor, long group, int map, int pixel) =>
        tensor + ((group * task->Maps + map) * task->Pixels + pixel) * TElement.Bytes;

    private static void Read(LrnTask* task, byte* tensor, long group, int map, int pixel, int count, float* row, bool rectify)
    {
        TElement.Read(At(task, tensor, group, map, pixel), row, count);
        int length = LrnTask.Padded(count);
        new Span<float>(row + count, length - count).Clear();
        if (rectify)
            RowArithmetic.Rectify(row, row, length);
    }
}
