namespace Lockstep.Torch.Vectors;

/// <summary>A part of one of several tensors.</summary>
/// <param name="Number">The number of this block among all of them, in the order of the tensors and of their elements.</param>
/// <param name="Tensor">Index of the tensor.</param>
/// <param name="Start">Its first element.</param>
/// <param name="Count">Elements.</param>
internal readonly record struct Block(int Number, int Tensor, long Start, int Count);

/// <summary>
/// Cuts tensors into blocks of a fixed size, which threads take one after another; so neither their bounds nor their numbers depend on the
/// threads.
/// </summary>
internal static unsafe class Blocks
{
    /// <summary>Blocks that a tensor of so many elements is cut into.</summary>
    public static int Of(long elements, int blockElements) => checked((int)((elements + blockElements - 1) / blockElements));

    /// <summary>Calls <paramref name="run"/> for every block of every tensor, in any order, on libtorch's threads.</summary>
    /// <param name="run">The function for each block; it must not throw.</param>
    /// <param name="task">The argument that every call receives.</param>
    /// <param name="elements">The elements of each tensor.</param>
    /// <param name="blockElements">The number of elements of each block but a tensor's last.</param>
    /// <param name="scratch">Floats that each thread has for itself; their first content is undefined.</param>
    public static void Run(
        delegate* <void*, Block, float*, void> run,
        void* task,
        ReadOnlySpan<long> elements,
        int blockElements,
        long scratch
    )
    {
        int* firsts = stackalloc int[elements.Length];
        int blocks = 0;
        for (int i = 0; i < elements.Length; i++)
        {
            firsts[i] = blocks;
            blocks += Of(elements[i], blockElements);
        }
        fixed (long* counts = elements)
        {
            var walk = new Walk
            {
                Run = run,
                Task = task,
                Firsts = firsts,
                Elements = counts,
                LastTensor = elements.Length - 1,
                BlockElements = blockElements,
            };
            TorchThreads.Run(&RunBlock, &walk, blocks, scratch);
        }
    }

    private static void RunBlock(void* state, int number, float* scratch)
    {
        var walk = (Walk*)state;
        int tensor = walk->LastTensor;
        while (walk->Firsts[tensor] > number)
            tensor--;
        long start = (long)(number - walk->Firsts[tensor]) * walk->BlockElements;
        walk->Run(
            walk->Task,
            new Block(number, tensor, start, (int)Math.Min(walk->BlockElements, walk->Elements[tensor] - start)),
            scratch
        );
    }

    private struct Walk
    {
        public delegate* <void*, Block, float*, void> Run;
        public void* Task;
        public int* Firsts;
        public long* Elements;
        public int LastTensor,
            BlockElements;
    }
}
