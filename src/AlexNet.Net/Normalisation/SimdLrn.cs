using AlexNet.Recipes;
using Lockstep.Torch.Calls;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Vectors;
using static TorchSharp.torch;

namespace AlexNet.Net.Normalisation;

/// <summary>ReLU, local response normalisation and max-pooling of CPU tensors in fp32 or bf16, in one pass over the maps.</summary>
internal static unsafe class SimdLrn
{
    // Rows of about this many pixels: those of a window, forward and backward, fit the first-level cache.
    private const int TilePixels = 512;

    /// <summary>Whether this class computes tensors like this one.</summary>
    public static bool Takes(Tensor input) =>
        input.device_type == TorchSharp.DeviceType.CPU && input.dtype is ScalarType.Float32 or ScalarType.BFloat16;

    /// <summary>Whether it can pool as well: map after map only, and where a place in the window fits a byte.</summary>
    public static bool Pools(MemoryLayout layout, PoolRecipe pool) =>
        layout == MemoryLayout.Maps && pool.Kernel <= PlanePooling.LargestKernel;

    /// <summary>Normalises, in the layout of the input.</summary>
    /// <param name="input">samples x channels x height x width, in maps or pixels.</param>
    /// <param name="epilogue">The operations of the epilogue.</param>
    /// <returns>The output, and where each pooled maximum was found (a byte each; none without pooling).</returns>
    public static (Tensor Output, Tensor? Places) Forward(Tensor input, ConvEpilogue epilogue)
    {
        var (task, layout) = (TaskOf(input, epilogue), input.Layout());
        if (epilogue.Pool is null)
        {
            var output = empty_like(input);
            Run(ref task, layout, input, output);
            return (output, null);
        }
        long[] shape = [input.shape[0], input.shape[1], task.Pooling.PooledHeight, task.Pooling.PooledWidth];
        var (pooled, places) = (empty(shape, dtype: input.dtype), empty(shape, dtype: ScalarType.Byte));
        task.Places = (byte*)AtenInterface.DataOf(places);
        Run(ref task, layout, input, pooled);
        return (pooled, places);
    }

    /// <summary>The gradient of the input, in its layout.</summary>
    /// <param name="input">As it was given to <see cref="Forward"/>.</param>
    /// <param name="places">As <see cref="Forward"/> returned them.</param>
    /// <param name="gradient">The gradient of the output, in any layout.</param>
    /// <param name="epilogue">The operations of the epilogue.</param>
    public static Tensor Backward(Tensor input, Tensor? places, Tensor gradient, ConvEpilogue epilogue)
    {
        var (task, layout) = (TaskOf(input, epilogue), input.Layout());
        gradient = gradient.In(layout);
        task.Gradient = (byte*)AtenInterface.DataOf(gradient);
        task.Places = places is null ? null : (byte*)AtenInterface.DataOf(places);
        var result = empty_like(input);
        Run(ref task, layout, input, result);
        return result;
    }

    private static LrnTask TaskOf(Tensor input, ConvEpilogue epilogue)
    {
        var (height, width) = ((int)input.shape[2], (int)input.shape[3]);
        return new LrnTask
        {
            Input = (byte*)AtenInterface.DataOf(input),
            Towers = epilogue.Towers,
            Maps = (int)input.shape[1] / epilogue.Towers,
            Pixels = height * width,
            Rectify = epilogue.Rectify,
            Pools = epilogue.Pool is not null,
            Pooling = epilogue.Pool is { } pool ? new PlanePooling(pool.Kernel, pool.Stride, height, width) : default,
            Constants = epilogue.Lrn is { } lrn ? new LrnConstants(lrn) : default,
            Normalises = epilogue.Lrn is not null,
        };
    }

    private static void Run(ref LrnTask task, MemoryLayout layout, Tensor input, Tensor target)
    {
        task.Target = (byte*)AtenInterface.DataOf(target);
        if (task.Constants.Beta == ThreeQuarterPower.Beta)
            Run<ThreeQuarterPower>(ref task, layout, input);
        else
            Run<AnyPower>(ref task, layout, input);
    }

    private static void Run<TPower>(ref LrnTask task, MemoryLayout layout, Tensor input)
        where TPower : struct, IPower
    {
        if (input.dtype == ScalarType.BFloat16)
            Run<BFloat16Element, TPower>(ref task, layout, input);
        else
            Run<Fp32Element, TPower>(ref task, layout, input);
    }

    private static void Run<TElement, TPower>(ref LrnTask task, MemoryLayout layout, Tensor input)
        where TElement : struct, IElement
        where TPower : struct, IPower
    {
        bool backward = task.Gradient is not null;
        delegate* <LrnTask*, int, float*, void> walk;
        long scratch;
        if (layout == MemoryLayout.Pixels)
        {
            task.Tiles = Tiles(task.Pixels, Math.Max(1, TilePixels / task.Maps));
            scratch = PixelWalk<TElement, TPower>.Scratch(task);
            walk = backward ? &PixelWalk<TElement, TPower>.Backward : &PixelWalk<TElement, TPower>.Forward;
        }
        else if (!task.Normalises)
        {
            task.Tiles = 1;
            scratch = PoolWalk<TElement>.Scratch(task);
            walk = backward ? &PoolWalk<TElement>.Backward : &PoolWalk<TElement>.Forward;
        }
        else
        {
            task.Tiles = task.Pools ? 1 : Tiles(task.Pixels, TilePixels);
            scratch = MapWalk<TElement, TPower>.Scratch(task);
            walk = backward ? &MapWalk<TElement, TPower>.Backward : &MapWalk<TElement, TPower>.Forward;
        }
        fixed (LrnTask* pointer = &task)
            TorchThreads.Run((delegate* <void*, int, float*, void>)walk, pointer, (int)input.shape[0] * task.Towers * task.Tiles, scratch);
    }

    private static int Tiles(int pixels, int perTile) => (pixels + perTile - 1) / perTile;
}
