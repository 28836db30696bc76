using AlexNet.Model.Native;
using static TorchSharp.torch;

namespace AlexNet.Model.Normalisation;

/// <summary>Local response normalisation of CPU tensors in fp32 or bf16, in one pass over the maps.</summary>
internal static unsafe class SimdLrn
{
    // Rows of about this many pixels: those of a window, forward and backward, fit the first-level cache.
    private const int TilePixels = 512;

    /// <summary>samples x channels x height x width, contiguous -> the same.</summary>
    public static Tensor Forward(Tensor input, int towers, LrnConstants constants, bool rectify)
    {
        var output = empty_like(input);
        Run(input, null, output, towers, constants, rectify);
        return output;
    }

    /// <summary>The gradient of the input, from that of the output: of the same shape and layout.</summary>
    public static Tensor Backward(Tensor input, Tensor gradient, int towers, LrnConstants constants, bool rectify)
    {
        var result = empty_like(input);
        Run(input, gradient, result, towers, constants, rectify);
        return result;
    }

    private static void Run(Tensor input, Tensor? gradient, Tensor target, int towers, LrnConstants constants, bool rectify)
    {
        var task = new LrnTask
        {
            Input = (byte*)AtenInterface.DataOf(input),
            Gradient = gradient is null ? null : (byte*)AtenInterface.DataOf(gradient),
            Target = (byte*)AtenInterface.DataOf(target),
            Towers = towers,
            Maps = (int)input.shape[1] / towers,
            Pixels = (int)(input.shape[2] * input.shape[3]),
            Rectify = rectify,
            Constants = constants,
        };
        task.Tiles = Math.Max(1, (task.Pixels + TilePixels - 1) / TilePixels);
        int items = (int)input.shape[0] * towers * task.Tiles;
        int rows = MapWalk<Fp32Element, ThreeQuarterPower>.BackwardRows(task);
        long scratch = (long)rows * LrnTask.Padded((task.Pixels + task.Tiles - 1) / task.Tiles);
        delegate*<LrnTask*, int, float*, void> run = (input.dtype, gradient is null) switch
        {
            (ScalarType.Float32, true) => &MapWalk<Fp32Element, ThreeQuarterPower>.Forward,
            (ScalarType.Float32, false) => &MapWalk<Fp32Element, ThreeQuarterPower>.Backward,
            (_, true) => &MapWalk<BFloat16Element, ThreeQuarterPower>.Forward,
            (_, false) => &MapWalk<BFloat16Element, ThreeQuarterPower>.Backward,
        };
        TorchThreads.Run(run, &task, items, scratch);
    }
}
