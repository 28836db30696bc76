using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// What two workers of a host share: a ring for each direction, grants for each direction, a doorbell, and the peer's blocks.
/// </summary>
internal sealed class SharedPair : IDisposable
{
    private const int GrantBytes = GrantTable.Slots * sizeof(long);

    private readonly SharedMapping _mapping;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<SharedMapping>> _peerBlocks = [];
    private readonly HashSet<long> _offered = [];
    private readonly Lock _gate = new();
    private int _claimed;
    private volatile bool _isGone;
    private volatile bool _ended;

    /// <param name="doorbell">The socket between them.</param>
    /// <param name="file">The file of the pair.</param>
    /// <param name="first">Whether this worker is the first of the two.</param>
    [SupportedOSPlatform("linux")]
    public SharedPair(Doorbell doorbell, SafeFileHandle file, bool first)
    {
        Doorbell = doorbell;
        _mapping = SharedMapping.Of(file, Footprint, doorbell.Dispose);
        nint grants = _mapping.Address;
        nint rings = grants + (2 * GrantBytes);
        (int own, int peer) = first ? (0, 1) : (1, 0);
        Grants = new(grants + (own * GrantBytes), grants + (peer * GrantBytes));
        Outgoing = new(rings + (own * SharedRing.Footprint));
        Incoming = new(rings + (peer * SharedRing.Footprint));
    }

    /// <summary>Bytes in shared memory.</summary>
    public static long Footprint => 2L * (GrantBytes + SharedRing.Footprint);

    public Doorbell Doorbell { get; }

    public GrantTable Grants { get; }

    public SharedRing Outgoing { get; }

    public SharedRing Incoming { get; }

    /// <summary>The peer's process has ended the pair; nobody else writes any more.</summary>
    public bool IsGone
    {
        get => _isGone;
        set => _isGone = value;
    }

    /// <summary>Reserves it for one link.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    public void DisposeUnclaimed()
    {
        if (TryClaim())
        {
            Dispose();
        }
    }

    /// <summary>Keeps rings and grants mapped; false when the link has ended.</summary>
    public bool TryHold() => _mapping.TryHold();

    public void Release() => _mapping.DangerousRelease();

    /// <summary>Lets the peer map the blocks that it has not been given yet.</summary>
    public void Offer(SharedArena arena)
    {
        lock (_gate)
        {
            foreach (var block in arena.Shared)
            {
                if (block.File is { IsClosed: false } file && _offered.Add(block.Id))
                {
                    Doorbell.Ring(new(DoorbellKind.File, block.Id, block.Bytes), file);
                }
            }
        }
    }

    /// <summary>The peer's block of this number, as soon as it has come.</summary>
    public Task<SharedMapping> PeerBlockAsync(long id)
    {
        var entry = Entry(id);
        if (_ended)
        {
            entry.TrySetCanceled();
        }

        return entry.Task;
    }

    /// <summary>A block of the peer has come.</summary>
    public void Take(long id, long bytes, SafeFileHandle file)
    {
        Debug.Assert(OperatingSystem.IsLinux());
        using (file)
        {
            Entry(id).TrySetResult(SharedMapping.Of(file, bytes));
        }
    }

    public void Dispose()
    {
        _ended = true;
        foreach (var block in _peerBlocks.Values)
        {
            if (!block.TrySetCanceled() && block.Task.IsCompletedSuccessfully)
            {
                block.Task.Result.Dispose();
            }
        }

        // The doorbell closes when the last sum has left shared memory: its silence tells the peer that nobody is inside.
        _mapping.Dispose();
    }

    private TaskCompletionSource<SharedMapping> Entry(long id) =>
        _peerBlocks.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
