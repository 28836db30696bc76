using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Native.Libraries;
using Lockstep.Torch.Devices;
using Lockstep.Transport.Nccl;
using Lockstep.Transport.SharedMemory;
using Lockstep.Worker.Run;
using Lockstep.Worker.Step;

namespace Lockstep.Worker.Tests.Run;

public class WorkerFailureTests
{
    /// <summary>An error, whether every worker would meet it again, and the exit code that it calls for.</summary>
    public static TheoryData<Exception, bool, int> Errors =>
        new()
        {
            { new BadInputException("a recipe"), true, ExitCodes.BadInput },
            { new NotFiniteException("a gradient"), true, ExitCodes.Failed },
            { new MemoryExhaustedException("too large", new IOException()), true, ExitCodes.MemoryExhausted },
            { new OutOfMemoryException(), true, ExitCodes.MemoryExhausted },
            { new SharedMemoryException("none to be had"), true, ExitCodes.BadInput },
            { new Unreadable(isOfADisk: false), true, ExitCodes.BadInput },
            { new Unreadable(isOfADisk: true), false, ExitCodes.Failed },
            { new NativeLibraryException("another version"), true, ExitCodes.Failed },
            { new DllNotFoundException(), true, ExitCodes.Failed },
            { new GpuCollectivesException("NCCL refuses"), false, ExitCodes.Failed },
            { new ExternalException("CUDA error: an illegal memory access"), false, ExitCodes.Failed },
            { new ExternalException("mat1 and mat2 shapes cannot be multiplied"), true, ExitCodes.Failed },
            { new ArgumentException("a fault of the program"), true, ExitCodes.Failed },
            { new PeerLostException("another is gone", 1), false, ExitCodes.Failed },
            { new IOException("a full disk"), false, ExitCodes.Failed },
        };

    [Theory]
    [MemberData(nameof(Errors), DisableDiscoveryEnumeration = true)]
    public void IsFatal_AndExitCode_FollowFromTheError(Exception error, bool isFatal, int exitCode)
    {
        Assert.Equal(isFatal, WorkerFailure.IsFatal(error));
        Assert.Equal(exitCode, WorkerFailure.ExitCodeOf(error));
    }

    private sealed class Unreadable(bool isOfADisk) : UnreadableDataException("image 3", new IOException())
    {
        public override bool IsOfADisk => isOfADisk;
    }
}
