using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lockstep.Torch.Calls;
using static TorchSharp.torch;

namespace Lockstep.Torch.Vectors;

/// <summary>
/// Runs items on libtorch's own OpenMP threads. They spin for a while after each operation, and a thread of another pool would compete with
/// them for the core.
/// </summary>
internal static unsafe class TorchThreads
{
    private const int CacheLine = 64;

    private static readonly bool HasOpenMP = AtenInterface.HasOpenMPParallel(); // without it one thread does all items

    /// <summary>
    /// Calls <paramref name="run"/> for the items 0 to <paramref name="items"/> - 1 in any order, on at most get_num_threads() threads.
    /// </summary>
    /// <param name="run">The function for each item; it must not throw.</param>
    /// <param name="task">The argument that every call receives.</param>
    /// <param name="items">The number of items.</param>
    /// <param name="scratch">Floats that each thread has for itself; their first content is undefined.</param>
    public static void Run(delegate* <void*, int, float*, void> run, void* task, int items, long scratch)
    {
        int threads = Math.Min(HasOpenMP ? get_num_threads() : 1, items);
        if (threads == 0)
            return;
        nuint bytes = ((nuint)scratch * sizeof(float) + CacheLine - 1) / CacheLine * CacheLine;
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)threads * bytes, CacheLine);
        var region = new Region
        {
            Run = run,
            Task = task,
            Items = items,
            Memory = memory,
            MemoryBytes = bytes,
        };
        delegate* unmanaged[Cdecl]<void*, void> enter = &Enter;
        if (HasOpenMP)
            AtenInterface.OpenMPParallel(enter, &region, (uint)threads, 0);
        else
            enter(&region);
        NativeMemory.AlignedFree(memory);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(void* state)
    {
        var region = (Region*)state;
        int thread = Interlocked.Increment(ref region->Entered) - 1;
        float* scratch = (float*)(region->Memory + (nuint)thread * region->MemoryBytes);
        for (
            int item = Interlocked.Increment(ref region->Taken) - 1;
            item < region->Items;
            item = Interlocked.Increment(ref region->Taken) - 1
        )
        {
            region->Run(region->Task, item, scratch);
        }
    }

    private struct Region
    {
        public delegate* <void*, int, float*, void> Run;
        public void* Task;
        public int Items,
            Entered,
            Taken;
        public byte* Memory;
        public nuint MemoryBytes;
    }
}
