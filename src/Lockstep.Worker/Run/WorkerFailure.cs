using System.Runtime.InteropServices;
using Lockstep.Core.Errors;
using Lockstep.Native.Libraries;
using Lockstep.Torch.Devices;
using Lockstep.Transport.Nccl;
using Lockstep.Transport.SharedMemory;
using Lockstep.Worker.Step;

namespace Lockstep.Worker.Run;

/// <summary>What an error that ends a worker means for the run.</summary>
internal static class WorkerFailure
{
    // in the words of libtorch: a GPU that is broken or gone is one machine's
    private static readonly string[] OfOneGpu = ["CUDA", "cuDNN", "CUDNN", "CUBLAS", "NCCL"];

    /// <summary>
    /// Every worker that takes the slot would meet it again: what is wrong is in the data, the recipe, the arithmetic, or the installation,
    /// and not in a connection, a disk, a GPU or a process.
    /// </summary>
    public static bool IsFatal(Exception error) =>
        error switch
        {
            // the last where it was insisted on
            BadInputException or NotFiniteException or MemoryExhaustedException or OutOfMemoryException or SharedMemoryException => true,
            UnreadableDataException unreadable => !unreadable.IsOfADisk,
            NativeLibraryException
            or DllNotFoundException
            or EntryPointNotFoundException
            or BadImageFormatException
            or TypeLoadException
            or TypeInitializationException => true,
            GpuCollectivesException => false,
            ExternalException => !OfOneGpu.Any(sign => error.Message.Contains(sign, StringComparison.Ordinal)),
            // faults of the program itself
            ArgumentException
            or NullReferenceException
            or IndexOutOfRangeException
            or ArithmeticException
            or InvalidCastException
            or NotSupportedException
            or NotImplementedException
            or KeyNotFoundException => true,
            _ => false,
        };

    /// <summary>The exit code that it calls for.</summary>
    public static int ExitCodeOf(Exception error) =>
        error switch
        {
            BadInputException or SharedMemoryException => ExitCodes.BadInput,
            UnreadableDataException => IsFatal(error) ? ExitCodes.BadInput : ExitCodes.Failed,
            MemoryExhaustedException or OutOfMemoryException => ExitCodes.MemoryExhausted,
            RunEndedException ended => ended.ExitCode,
            _ => ExitCodes.Failed,
        };
}
