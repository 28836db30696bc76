using Lockstep.Torch.Vectors;

namespace AlexNet.Net.Normalisation;

/// <summary>ReLU and max-pooling without a normalisation between them: map by map, each read once and written once.</summary>
internal static unsafe class PoolWalk<TElement>
    where TElement : struct, IElement
{
    /// <summary>Floats of scratch memory of an item, forward or backward.</summary>
    public static long Scratch(in LrnTask task) =>
        2 * task.RowLength + PlanePooling.Slack + task.Pooling.PooledLength + task.Pooling.Scratch;

    public static void Forward(LrnTask* task, int item, float* scratch)
    {
        var (group, pixels) = task->ItemAt(item);
        for (int map = 0; map < task->Maps; map++)
        {
            MapRows<TElement>.ReadInput(task, group, map, pixels, scratch);
            MapRows<TElement>.WriteOutput(task, group * task->Maps + map, pixels, scratch, scratch + task->RowLength + PlanePooling.Slack);
        }
    }

    public static void Backward(LrnTask* task, int item, float* scratch)
    {
        var (group, pixels) = task->ItemAt(item);
        float* input = scratch,
            gradient = scratch + task->RowLength;
        for (int map = 0; map < task->Maps; map++)
        {
            MapRows<TElement>.ReadGradient(task, group * task->Maps + map, pixels, gradient, gradient + task->RowLength);
            if (task->Rectify)
            {
                MapRows<TElement>.ReadInput(task, group, map, pixels, input);
                RowArithmetic.Rectify(input, gradient, LrnTask.Padded(pixels.Length));
            }
            MapRows<TElement>.Write(task, group * task->Maps + map, pixels, gradient);
        }
    }
}
