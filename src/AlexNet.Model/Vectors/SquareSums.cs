using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AlexNet.Model.Native;
using static TorchSharp.torch;

namespace AlexNet.Model.Vectors;

/// <summary>
/// Sums of the squares of tensors' elements, in double: block by block in one pass over their memory, on all threads. The blocks are added in
/// their order, so neither the number of threads nor the width of a CPU's vectors changes a bit.
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
            return [.. tensors.Select(t => OnCpu(t.contiguous()))];
        return stack([.. tensors.Select(t => t.detach().to(ScalarType.Float32).square().sum(ScalarType.Float64))]).cpu().data<double>().ToArray();
    }

    private static double OnCpu(Tensor values)
    {
        var sums = new double[(values.numel() + BlockElements - 1) / BlockElements];
        fixed (double* target = sums)
        {
            var task = new SquareTask
            {
                Values = (byte*)AtenInterface.DataOf(values),
                IsRounded = values.dtype == ScalarType.BFloat16,
                Count = values.numel(),
                Sums = target,
            };
            TorchThreads.Run(&AddBlock, &task, sums.Length, BlockElements);
        }
        double total = 0;
        foreach (double sum in sums)
            total += sum;
        return total;
    }

    private static void AddBlock(void* state, int item, float* scratch)
    {
        var task = (SquareTask*)state;
        long start = (long)item * BlockElements;
        int count = (int)Math.Min(BlockElements, task->Count - start);
        float* values = (float*)task->Values + start;
        if (task->IsRounded)
            BFloat16Element.Read(task->Values + start * BFloat16Element.Bytes, values = scratch, count);
        task->Sums[item] = SumOf(values, count);
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

    private struct SquareTask
    {
        public byte* Values;
        public bool IsRounded;
        public long Count;
        public double* Sums;
    }
}
