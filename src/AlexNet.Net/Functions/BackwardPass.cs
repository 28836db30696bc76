using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace AlexNet.Net.Functions;

/// <summary>
/// A run of autograd from one output backward. On a GPU libtorch runs it on a thread of its own, where no dispose scope takes the tensors
/// of our operations and no exception may leave one, since it would end the process: both are kept here until the pass has ended. One at a
/// time is under way in a process.
/// </summary>
internal static class BackwardPass
{
    private static readonly ConcurrentBag<Tensor> Kept = [];
    private static Exception? _failure;

    /// <summary>Makes the gradients of everything that led to an output.</summary>
    /// <param name="output">Any shape.</param>
    /// <param name="gradient">The gradient of the output's shape.</param>
    public static void Run(Tensor output, Tensor gradient)
    {
        try
        {
            output.backward([gradient]);
        }
        catch when (_failure is not null)
        {
            // it came of what is thrown below
        }
        finally
        {
            while (Kept.TryTake(out var tensor))
                tensor.Dispose();
        }
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Disposes a tensor of libtorch's thread once the pass has ended.</summary>
    public static void Keep(Tensor tensor) => Kept.Add(tensor);

    /// <summary>Has the pass end with the first exception of its operations.</summary>
    public static void Fail(Exception failure) => Interlocked.CompareExchange(ref _failure, failure, null);
}
