using System.Diagnostics;
using System.Runtime.InteropServices;
using AlexNet.Core.Collectives;

namespace AlexNet.Transport.Nccl;

/// <summary>
/// A group's communicator for one generation, and the stream that its operations run on. Nothing in here blocks in NCCL for longer than a call takes: initialisation is polled, operations
/// are watched by events, and whoever waits too long aborts, which ends the kernels that wait for a peer.
/// </summary>
internal sealed class NcclCommunicator : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly nint _stream; // of the process; one for all communicators, so that every worker launches them in the order of its program
    private nint _handle;

    private NcclCommunicator(nint handle, nint stream) => (_handle, _stream) = (handle, stream);

    /// <summary>Links the members of a group.</summary>
    /// <param name="id">Made by the first of them.</param>
    /// <param name="size">How many they are.</param>
    /// <param name="rank">Of this worker among them.</param>
    /// <param name="stream">That operations run on.</param>
    /// <param name="deadline">For all to come.</param>
    /// <param name="ended">The generation is over.</param>
    /// <exception cref="GpuCollectivesException">NCCL refuses, or somebody did not come in time.</exception>
    public static NcclCommunicator Open(ReadOnlySpan<byte> id, int size, int rank, nint stream, TimeSpan deadline, Func<Exception?> ended)
    {
        NcclInterface.Config config = NcclInterface.Config.WithoutBlocking;
        int result = NcclInterface.CommInitRankConfig(out nint handle, size, NcclInterface.UniqueId.Of(id), rank, ref config);
        NcclCommunicator communicator = new(handle, stream);
        try
        {
            communicator.Settle(result, "link a group", deadline, ended);
            return communicator;
        }
        catch
        {
            communicator.Dispose();
            throw;
        }
    }

    /// <summary>Launches operations together, in the order that <paramref name="launch"/> calls them.</summary>
    /// <param name="launch">Gets communicator and stream; returns NCCL's first error.</param>
    /// <param name="what">For messages.</param>
    /// <param name="deadline">For NCCL to take them.</param>
    /// <param name="ended">The generation is over.</param>
    public void Launch(Func<nint, nint, int> launch, string what, TimeSpan deadline, Func<Exception?> ended)
    {
        int result;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_handle == 0, this);
            int error = NcclInterface.GroupStart();
            if (error == NcclInterface.Success)
            {
                error = launch(_handle, _stream);
            }

            result = NcclInterface.GroupEnd();
            result = error is NcclInterface.Success or NcclInterface.InProgress ? result : error;
        }

        Settle(result, what, deadline, ended);
    }

    /// <summary>What has gone wrong meanwhile; null for nothing.</summary>
    public string? Problem()
    {
        lock (_gate)
        {
            return _handle == 0 ? "it was aborted"
                : NcclInterface.CommGetAsyncError(_handle, out int state) is not NcclInterface.Success and var error ? Text(error)
                : state is NcclInterface.Success or NcclInterface.InProgress ? null : Text(state);
        }
    }

    /// <summary>Ends every operation under way, also those that wait for a peer that is gone.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_handle != 0)
            {
                _ = NcclInterface.CommAbort(_handle);
                _handle = 0;
            }
        }
    }

    /// <summary>Waits until NCCL has taken a call that did not block.</summary>
    private void Settle(int result, string what, TimeSpan deadline, Func<Exception?> ended)
    {
        long start = Stopwatch.GetTimestamp();
        int state = result;
        while (state == NcclInterface.InProgress)
        {
            if (ended() is { } cause)
            {
                throw new OperationCanceledException($"the generation ended while NCCL was to {what}", cause);
            }

            if (Stopwatch.GetElapsedTime(start) > deadline)
            {
                throw new GpuCollectivesException($"NCCL did not {what} within {deadline.TotalSeconds:0.###} s; a member of the group did not come. The log of the one that is missing says why; NCCL_DEBUG=INFO says more.");
            }

            Thread.Sleep(Interval);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_handle == 0, this);
                int error = NcclInterface.CommGetAsyncError(_handle, out state);
                state = error == NcclInterface.Success ? state : error;
            }
        }

        if (state != NcclInterface.Success)
        {
            throw new GpuCollectivesException($"NCCL could not {what}: {Text(state)}. Set NCCL_DEBUG=INFO for more, or use --transport auto.");
        }
    }

    private string Text(int error)
    {
        string last = Marshal.PtrToStringUTF8(NcclInterface.GetLastError(_handle)) ?? "";
        string name = Marshal.PtrToStringUTF8(NcclInterface.GetErrorString(error)) ?? "unknown";
        return last.Length > 0 ? $"{name} ({last.TrimEnd()})" : name;
    }

    /// <summary>What NCCL calls a type.</summary>
    public static int TypeOf(ElementType type) => type switch
    {
        ElementType.Float32 => 7,
        ElementType.BFloat16 => 9,
        _ => 1, // bytes, unsigned
    };
}
