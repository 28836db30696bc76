using System.Numerics;
using System.Runtime.CompilerServices;
using AlexNet.Model.Native;
using static TorchSharp.torch;

namespace AlexNet.Model.Vectors;

/// <summary>Looks for infinities and NaNs in tensors of fp32 and bf16, in one pass over their memory, on the CPU.</summary>
internal static unsafe class FiniteScan
{
    private const int BlockElements = 1 << 15;
    private const uint Exponent = 0x7f80_0000; // all ones: not finite; bf16 has the same upper half

    /// <summary>Whether every element of a tensor is finite, for each tensor.</summary>
    /// <param name="tensors">Contiguous.</param>
    public static bool[] Run(IReadOnlyList<Tensor> tensors)
    {
        var targets = stackalloc Target[tensors.Count];
        int items = 0;
        for (int i = 0; i < tensors.Count; i++)
        {
            targets[i] = new Target
            {
                Data = (byte*)AtenInterface.DataOf(tensors[i]),
                Count = tensors[i].numel(),
                IsRounded = tensors[i].dtype == ScalarType.BFloat16,
                FirstItem = items,
                IsFinite = true,
            };
            items = checked(items + (int)((targets[i].Count + BlockElements - 1) / BlockElements));
        }
        var task = new Task { Targets = targets, Last = tensors.Count - 1 };
        TorchThreads.Run(&ScanBlock, &task, items, scratch: 1);

        var finite = new bool[tensors.Count];
        for (int i = 0; i < finite.Length; i++)
            finite[i] = targets[i].IsFinite;
        return finite;
    }

    private static void ScanBlock(void* state, int item, float* scratch)
    {
        var task = (Task*)state;
        var target = task->Targets + task->Last;
        while (target->FirstItem > item)
            target--;
        long start = (long)(item - target->FirstItem) * BlockElements;
        int count = (int)Math.Min(BlockElements, target->Count - start);
        bool isFinite = target->IsRounded ? IsFinite((ushort*)target->Data + start, count) : IsFinite((uint*)target->Data + start, count);
        if (!isFinite)
            target->IsFinite = false; // every thread writes the same
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsFinite(uint* bits, int count)
    {
        var (exponent, found) = (new Vector<uint>(Exponent), Vector<uint>.Zero);
        int i = 0;
        for (; i <= count - Vector<uint>.Count; i += Vector<uint>.Count)
            found |= Vector.Equals(Vector.Load(bits + i) & exponent, exponent);
        for (; i < count; i++)
            if ((bits[i] & Exponent) == Exponent)
                return false;
        return found == Vector<uint>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsFinite(ushort* bits, int count)
    {
        const ushort half = (ushort)(Exponent >> 16);
        var (exponent, found) = (new Vector<ushort>(half), Vector<ushort>.Zero);
        int i = 0;
        for (; i <= count - Vector<ushort>.Count; i += Vector<ushort>.Count)
            found |= Vector.Equals(Vector.Load(bits + i) & exponent, exponent);
        for (; i < count; i++)
            if ((bits[i] & half) == half)
                return false;
        return found == Vector<ushort>.Zero;
    }

    private struct Task
    {
        public Target* Targets;
        public int Last;
    }

    private struct Target
    {
        public byte* Data;
        public long Count;
        public bool IsRounded, IsFinite;
        public int FirstItem;
    }
}
