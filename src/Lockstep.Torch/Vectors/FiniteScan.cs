using System.Numerics;
using System.Runtime.CompilerServices;
using Lockstep.Torch.Calls;
using static TorchSharp.torch;

namespace Lockstep.Torch.Vectors;

/// <summary>Looks for infinities and NaNs in tensors of fp32 and bf16, in one pass over their memory, on the CPU.</summary>
internal static unsafe class FiniteScan
{
    private const int BlockElements = 1 << 15;
    private const uint Exponent = 0x7f80_0000;
    private const ushort RoundedExponent = (ushort)(Exponent >> 16); // bf16 is the upper half of fp32

    /// <summary>Whether every element of a tensor is finite, for each tensor.</summary>
    /// <param name="tensors">The tensors, all contiguous.</param>
    public static bool[] Run(IReadOnlyList<Tensor> tensors)
    {
        var targets = stackalloc Target[tensors.Count];
        long[] elements = [.. tensors.Select(t => t.numel())];
        for (int i = 0; i < tensors.Count; i++)
        {
            targets[i] = new Target
            {
                Data = (byte*)AtenInterface.DataOf(tensors[i]),
                IsRounded = tensors[i].dtype == ScalarType.BFloat16,
                IsFinite = true,
            };
        }

        Blocks.Run(&ScanBlock, targets, elements, BlockElements, scratch: 0);

        bool[] finite = new bool[tensors.Count];
        for (int i = 0; i < finite.Length; i++)
            finite[i] = targets[i].IsFinite;
        return finite;
    }

    private static void ScanBlock(void* targets, Block block, float* scratch)
    {
        var target = (Target*)targets + block.Tensor;
        bool isFinite = target->IsRounded
            ? IsFinite((ushort*)target->Data + block.Start, block.Count, RoundedExponent)
            : IsFinite((uint*)target->Data + block.Start, block.Count, Exponent);
        if (!isFinite)
            target->IsFinite = false; // every thread writes the same
    }

    /// <param name="bits">Elements.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="exponent">The bits that are all ones in what is not finite.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsFinite<T>(T* bits, int count, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (exponents, found) = (new Vector<T>(exponent), Vector<T>.Zero);
        int i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            found |= Vector.Equals(Vector.Load(bits + i) & exponents, exponents);
        for (; i < count; i++)
        {
            if ((bits[i] & exponent) == exponent)
                return false;
        }

        return found == Vector<T>.Zero;
    }

    private struct Target
    {
        public byte* Data;
        public bool IsRounded,
            IsFinite;
    }
}
