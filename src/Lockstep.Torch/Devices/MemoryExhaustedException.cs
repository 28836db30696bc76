using Lockstep.Core.Recipes;
using Lockstep.Core.Texts;

namespace Lockstep.Torch.Devices;

/// <summary>The memory that the arithmetic needs is not there, on the GPU or on the host; the message says what takes less.</summary>
public sealed class MemoryExhaustedException(string message, Exception cause) : Exception(message, cause)
{
    private static readonly string[] OnGpu =
    [
        "CUDA out of memory",
        "CUDA error: out of memory",
        "CUDNN_STATUS_ALLOC_FAILED",
        "CUBLAS_STATUS_ALLOC_FAILED",
    ];
    private const string OnHost = "DefaultCPUAllocator: can't allocate memory";

    /// <summary>What libtorch's error means for a training, where it means this; otherwise null.</summary>
    public static MemoryExhaustedException? From(Exception error, TrainingRecipe training)
    {
        bool onGpu = OnGpu.Any(sign => error.Message.Contains(sign, StringComparison.Ordinal));
        if (!onGpu && !error.Message.Contains(OnHost, StringComparison.Ordinal))
            return null;
        string where = onGpu ? "the GPU's memory" : "this machine's memory";
        string others = onGpu ? " Other processes on the same GPU, other workers among them, take of it too." : "";
        return new(
            $"{where} does not suffice for a batch of {training.Batch} in "
                + $"{Count.Of(training.MicroBatches, "micro-batch", "micro-batches")}: {FirstSentences(error.Message)} "
                + $"Use --micro-batches {2 * training.MicroBatches} (the same gradients), a smaller --batch, more --shards, or "
                + $"--precision bf16.{others}",
            error
        );
    }

    // libtorch adds advice of its own on its allocator, and a native stack.
    private static string FirstSentences(string message)
    {
        string line = message.Split('\n')[0];
        int allocator = line.IndexOf(" Of the allocated memory", StringComparison.Ordinal);
        return (allocator < 0 ? line : line[..allocator]).TrimEnd('.') + ".";
    }
}
