using System.Diagnostics;
using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Core.Timings;
using Lockstep.Transport.Mesh;

namespace Lockstep.Transport.Nccl;

/// <summary>
/// A group's communicator for one generation, and the stream that its operations run on. Nothing in here blocks in NCCL for longer than a
/// call takes: initialisation is polled, operations are watched by events, and whoever waits too long aborts, which ends the kernels that
/// wait for a peer.
/// </summary>
internal sealed class NcclCommunicator : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly PeerMesh _mesh;
    private readonly IReadOnlyList<int> _ranks;

    // of the process; one for all communicators, so that every worker launches them in the order of its program
    private readonly nint _stream;
    private nint _handle;

    private NcclCommunicator(nint handle, PeerMesh mesh, IReadOnlyList<int> ranks, nint stream) =>
        (_handle, _mesh, _ranks, _stream) = (handle, mesh, ranks, stream);

    /// <summary>Links the members of a group.</summary>
    /// <param name="id">The unique id, made by the first member.</param>
    /// <param name="mesh">Knows who is lost, and how long to wait.</param>
    /// <param name="ranks">The ranks of the members in the mesh, this worker's among them.</param>
    /// <param name="stream">The stream that the operations run on.</param>
    /// <exception cref="GpuCollectivesException">NCCL refuses.</exception>
    /// <exception cref="PeerLostException">Somebody did not come.</exception>
    public static NcclCommunicator Open(ReadOnlySpan<byte> id, PeerMesh mesh, IReadOnlyList<int> ranks, nint stream)
    {
        var config = NcclInterface.Config.WithoutBlocking;
        int own = Enumerable.Range(0, ranks.Count).First(r => ranks[r] == mesh.Self.Rank);
        int result = NcclInterface.CommInitRankConfig(out nint handle, ranks.Count, NcclInterface.UniqueId.Of(id), own, ref config);
        NcclCommunicator communicator = new(handle, mesh, ranks, stream);
        try
        {
            communicator.Settle(result, "link a group");
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
    /// <exception cref="GpuCollectivesException">NCCL refuses.</exception>
    /// <exception cref="PeerLostException">Somebody did not come.</exception>
    public void Launch(Func<nint, nint, int> launch, string what)
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

        Settle(result, what);
    }

    /// <summary>
    /// Ends what is under way if the generation is over, NCCL tells of an error, or the deadline has passed: a dead peer may raise no
    /// error, so time counts as well.
    /// </summary>
    /// <param name="what">The operation that is waited for.</param>
    /// <param name="waited">The time waited so far.</param>
    /// <exception cref="PeerLostException">A member is lost.</exception>
    /// <exception cref="OperationCanceledException">The generation ended otherwise.</exception>
    /// <exception cref="GpuCollectivesException">NCCL fails here.</exception>
    public void Watch(string what, TimeSpan waited)
    {
        ThrowIfEnded(what);
        if (State() is not (NcclInterface.Success or NcclInterface.InProgress) and var error)
        {
            throw Failure(what, error);
        }

        if (waited > _mesh.Deadline)
        {
            Dispose();
            throw KnownLoss()
                ?? Blame(
                    $"{_mesh.Self.Slot} waited {_mesh.Deadline.TotalSeconds:0.###} s for its GPU to {what}; one of these did not come, "
                        + "and its log says why",
                    isLate: true
                );
        }
    }

    /// <summary>Aborts if the generation is over, and throws its cause.</summary>
    /// <param name="what">The operation that is waited for.</param>
    public void ThrowIfEnded(string what)
    {
        if (_mesh.Ended is { } cause)
        {
            Dispose();
            throw cause is PeerLostException
                ? cause
                : new OperationCanceledException($"the generation ended while a GPU was to {what}", cause);
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
    private void Settle(int result, string what)
    {
        long start = Stopwatch.GetTimestamp();
        for (int state = result; state != NcclInterface.Success; state = State())
        {
            if (state != NcclInterface.InProgress)
            {
                ThrowIfEnded(what);
                throw Failure(what, state);
            }

            Watch(what, Stopwatch.GetElapsedTime(start));
            Thread.Sleep(Interval);
        }
    }

    /// <summary>What NCCL says of the communicator now.</summary>
    private int State()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_handle == 0, this);
            int error = NcclInterface.CommGetAsyncError(_handle, out int state);
            return error == NcclInterface.Success ? state : error;
        }
    }

    /// <summary>
    /// What an error of NCCL's means: a peer that the mesh knows to be lost, one that NCCL speaks of, or a fault of this worker's own.
    /// </summary>
    private Exception Failure(string what, int error)
    {
        string text = Text(error);
        Dispose();
        if (KnownLoss() is { } loss)
        {
            return loss;
        }

        ThrowIfEnded(what); // meanwhile
        return error == NcclInterface.RemoteError
            ? Blame($"the GPU of {_mesh.Self.Slot} could not {what}: {text}", isLate: false)
            : new GpuCollectivesException($"NCCL could not {what}: {text}. Set NCCL_DEBUG=INFO for more, or use --transport auto.");
    }

    /// <summary>Who is lost, as the mesh says, which may find it a little later than NCCL.</summary>
    private PeerLostException? KnownLoss() => _mesh.FirstLoss.Wait(LivenessTimings.Standard.GpuWords) ? _mesh.FirstLoss.Result : null;

    private PeerLostException Blame(string message, bool isLate)
    {
        int[] others = [.. _ranks.Where(r => r != _mesh.Self.Rank)];
        string group = string.Join("; ", others.Select(r => _mesh.Plan.Members[r].ToString()));
        return new PeerLostException($"{message}: {group}. NCCL_DEBUG=INFO says more.", others[0]) { IsLate = isLate };
    }

    private string Text(int error)
    {
        string last = Marshal.PtrToStringUTF8(NcclInterface.GetLastError(_handle)) ?? "";
        string name = Marshal.PtrToStringUTF8(NcclInterface.GetErrorString(error)) ?? "unknown";
        return last.Length > 0 ? $"{name} ({last.TrimEnd()})" : name;
    }

    /// <summary>What NCCL calls a type.</summary>
    public static int TypeOf(ElementType type) =>
        type switch
        {
            ElementType.Float32 => 7,
            ElementType.BFloat16 => 9,
            ElementType.Byte => 1, // unsigned
            _ => throw new ArgumentException($"elements of type {type} travel as bytes.", nameof(type)),
        };
}
