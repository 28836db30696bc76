using System.Numerics;
using System.Runtime.CompilerServices;
using Lockstep.Torch.Calls;
using static TorchSharp.torch;

namespace Lockstep.Torch.Vectors;

/// <summary>
/// Turns bytes into numbers, byte * scale + offset, in one pass over their memory, on the CPU; out of libtorch's operations it takes four.
/// </summary>
internal static unsafe class PlaneScaling
{
    /// <summary>Elements that a thread works on at a time, in fp32 in its first-level cache.</summary>
    private const int BlockElements = 1 << 12;

    /// <param name="bytes">samples x channels x height x width, contiguous.</param>
    /// <param name="scales">The scales of each channel.</param>
    /// <param name="offsets">The offsets of each channel, or of each channel of each sample.</param>
    /// <param name="type">fp32 or bf16; rounded to the nearest, ties to even.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Run(Tensor bytes, ReadOnlySpan<float> scales, ReadOnlySpan<float> offsets, ScalarType type)
    {
        var result = empty(bytes.shape, dtype: type);
        fixed (
            float* scale = scales,
                offset = offsets
        )
        {
            var task = new Task
            {
                Bytes = (byte*)AtenInterface.DataOf(bytes),
                Result = (byte*)AtenInterface.DataOf(result),
                IsRounded = type == ScalarType.BFloat16,
                PlaneElements = (int)(bytes.shape[2] * bytes.shape[3]),
                Channels = scales.Length,
                DistinctOffsets = offsets.Length,
                Scales = scale,
                Offsets = offset,
            };
            TorchThreads.Run(&ScalePlane, &task, (int)(bytes.shape[0] * bytes.shape[1]), BlockElements);
        }
        return result;
    }

    private static void ScalePlane(void* state, int plane, float* scratch)
    {
        var task = (Task*)state;
        var (scale, offset) = (task->Scales[plane % task->Channels], task->Offsets[plane % task->DistinctOffsets]);
        for (int start = 0; start < task->PlaneElements; start += BlockElements)
        {
            long first = (long)plane * task->PlaneElements + start;
            int count = Math.Min(BlockElements, task->PlaneElements - start);
            float* numbers = task->IsRounded ? scratch : (float*)task->Result + first;
            Scale(task->Bytes + first, numbers, count, scale, offset);
            if (task->IsRounded)
                BFloat16Element.Write(numbers, task->Result + first * BFloat16Element.Bytes, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(byte* from, float* to, int count, float scale, float offset)
    {
        int i = 0;
        for (; i <= count - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(Vector.Load(from + i), out var lower, out var upper);
            Scale(lower, to + i, scale, offset);
            Scale(upper, to + i + Vector<ushort>.Count, scale, offset);
        }
        for (; i < count; i++)
            to[i] = from[i] * scale + offset;
    }

    private static void Scale(Vector<ushort> values, float* to, float scale, float offset)
    {
        Vector.Widen(values, out var lower, out var upper);
        Vector.Store(Vector.ConvertToSingle(lower) * scale + new Vector<float>(offset), to);
        Vector.Store(Vector.ConvertToSingle(upper) * scale + new Vector<float>(offset), to + Vector<float>.Count);
    }

    private struct Task
    {
        public byte* Bytes,
            Result;
        public float* Scales,
            Offsets;
        public bool IsRounded;
        public int PlaneElements,
            Channels,
            DistinctOffsets;
    }
}
