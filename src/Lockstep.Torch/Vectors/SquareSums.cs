using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Lockstep.Torch.Calls;
using static TorchSharp.torch;

namespace Lockstep.Torch.Vectors;

/// <summary>
/// Sums of the squares of tensors' elements, in double: block by block in one pass over their memory, on all threads. The blocks are added
/// in their order, so neither the number of threads nor the width of a CPU's vectors changes a bit.
/// </summary>
internal static unsafe class SquareSums
{
    private const int BlockElements = 1 << 14;

    /// <summary>The sum of each; a GPU is waited for once.</summary>
    /// <param name="tensors">fp32 or bf16, all on one device.</param>
    public static double[] Of(IReadOnlyList<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        if (tensors.All(t => t.device_type == TorchSharp.DeviceType.CPU))
            return OnCpu([.. tensors.Select(t => t.contiguous())]);
        return stack([.. tensors.Select(t => t.detach().to(ScalarType.Float32).square().sum(ScalarType.Float64))])
            .cpu()
            .data<double>()
            .ToArray();
    }

    private static double[] OnCpu(Tensor[] tensors)
    {
        var sources = stackalloc Source[tensors.Length];
        long[] elements = [.. tensors.Select(t => t.numel())];
        for (int i = 0; i < tensors.Length; i++)
        {
            sources[i] = new Source
            {
                Values = (byte*)AtenInterface.DataOf(tensors[i]),
                IsRounded = tensors[i].dtype == ScalarType.BFloat16,
            };
        }

        double[] sums = new double[elements.Sum(e => Blocks.Of(e, BlockElements))];
        fixed (double* target = sums)
        {
            var task = new Task { Sources = sources, Sums = target };
            Blocks.Run(&AddBlock, &task, elements, BlockElements, BlockElements);
        }
        int next = 0;
        return
        [
            .. elements.Select(count =>
            {
                double total = 0;
                for (int end = next + Blocks.Of(count, BlockElements); next < end; next++)
                    total += sums[next];
                return total;
            }),
        ];
    }

    private static void AddBlock(void* state, Block block, float* scratch)
    {
        var task = (Task*)state;
        var source = task->Sources + block.Tensor;
        float* values = (float*)source->Values + block.Start;
        if (source->IsRounded)
            BFloat16Element.Read(source->Values + block.Start * BFloat16Element.Bytes, values = scratch, block.Count);
        task->Sums[block.Number] = SumOf(values, block.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOf(float* values, int count)
    {
        var (even, odd) = (Vector256<double>.Zero, Vector256<double>.Zero); // eight sums on every CPU
        int i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load(values + i));
            even += lower * lower;
            odd += upper * upper;
        }
        var sums = even + odd;
        double total = sums[0] + sums[1] + sums[2] + sums[3];
        for (; i < count; i++)
            total += (double)values[i] * values[i];
        return total;
    }

    private struct Task
    {
        public Source* Sources;
        public double* Sums;
    }

    private struct Source
    {
        public byte* Values;
        public bool IsRounded;
    }
}
