using System.Runtime.ExceptionServices;
using Lockstep.Core.Collectives;
using Lockstep.Transport.Links;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Collectives;

/// <summary>
/// One collective operation of this worker: the messages it sends and waits for. The deadline runs from the moment that <see cref="Wait"/>
/// begins to block, whatever has come before: it bounds how long the training thread stands still, not how early it may begin an operation.
/// The memory is lent until <see cref="Wait"/> is over, or until the mesh is disposed; what a failed operation leaves in it is undefined.
/// </summary>
internal sealed class PeerOperation(Operation name, IOperationMesh mesh) : IPendingOperation, ILinkedOperation
{
    private readonly List<OutboundMessage> _sends = [];
    private readonly List<PostedReceive> _receives = [];
    private readonly List<(PeerLink Link, SharedPair Pair, Grant Grant)> _grants = [];
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _over = new();
    private Exception? _failure;
    private int _ended;

    // What is still to happen; the begin itself counts, so that an operation does not end before all of it has begun.
    private int _outstanding = 1;

    public Operation Name => name;

    /// <summary>Guards the memory that the caller lent.</summary>
    public MemoryLease Lease { get; } = new();

    public PeerTraffic Traffic => mesh.Traffic;

    /// <summary>Whether the next chunk is to be damaged, for a test.</summary>
    public bool TakeCorruption() => mesh.TakeCorruption();

    /// <summary>One more thing must happen.</summary>
    public void Expect() => Interlocked.Increment(ref _outstanding);

    /// <summary>One of the expected things has happened.</summary>
    public void Finish()
    {
        if (Interlocked.Decrement(ref _outstanding) == 0)
        {
            TryEnd(null);
        }
    }

    /// <summary>A peer that it needs is lost.</summary>
    public void Fail(PeerLoss loss)
    {
        var failure = loss.During(name, mesh.Self);
        if (TryEnd(failure) && failure is PeerLostException lost)
        {
            mesh.Report(lost);
        }
    }

    /// <summary>Nobody will wait for it any more.</summary>
    public void Abandon(Exception cause)
    {
        TryEnd(cause);
        TakeBack();
    }

    /// <summary>Sends memory to a peer, at once or as far as <see cref="PeerLink.Allow"/> lets it.</summary>
    public OutboundMessage Send(PeerLink to, MessagePart part, TensorMemory memory, bool ready = true, Action? copied = null)
    {
        OutboundMessage message = new(this, to.Peer, part, memory, ready, copied);
        lock (_gate)
        {
            _sends.Add(message);
        }

        Expect();
        to.Send(message);
        return message;
    }

    /// <summary>Waits for a message of a peer.</summary>
    public void Receive(PeerLink from, MessagePart part, PostedReceive receive)
    {
        lock (_gate)
        {
            _receives.Add(receive);
        }

        Expect();
        try
        {
            from.Post(new(name, part), receive);
        }
        catch (InvalidOperationException twice)
        {
            Abandon(twice);
            throw;
        }
    }

    /// <summary>Grants a peer of this host to touch the lent memory; false when no more can be granted.</summary>
    public bool TryGrant(PeerLink to, out Grant grant)
    {
        grant = default;
        if (to.Shared is not { } pair || !pair.TryHold())
        {
            return false;
        }

        lock (_gate)
        {
            if (!Lease.IsRevoked && pair.Grants.TryOpen(out grant))
            {
                _grants.Add((to, pair, grant));
                return true;
            }
        }

        pair.Release();
        return false;
    }

    public void Wait()
    {
        mesh.Await(this);
        if (!_over.Wait(mesh.Deadline))
        {
            var late = DescribeLate();
            if (TryEnd(late))
            {
                mesh.Report(late);
            }
        }

        // Whoever ended it is about to say so. After the lease no background code touches the lent memory.
        _over.Wait();
        mesh.Await(null);
        TakeBack();
        mesh.Forget(this);
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <summary>Whose part is missing now.</summary>
    public PeerWait Wanting()
    {
        lock (_gate)
        {
            return new(name, LatePeers.First(_receives, _sends)?.Rank);
        }
    }

    /// <summary>The memory goes back to its owner: from here on neither background code nor a peer touches it.</summary>
    private void TakeBack()
    {
        Lease.Revoke();
        lock (_gate)
        {
            foreach ((var link, var pair, var grant) in _grants)
            {
                if (!pair.Grants.Revoke(grant, () => pair.IsGone))
                {
                    link.Lose(new(link.Peer, "it stands still in the middle of a sum in shared memory", null));
                }

                pair.Release();
            }

            _grants.Clear();
        }
    }

    private PeerLostException DescribeLate()
    {
        lock (_gate)
        {
            return LatePeers.Describe(name, mesh, [.. _receives], [.. _sends]);
        }
    }

    private bool TryEnd(Exception? failure)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
        {
            return false;
        }

        _failure = failure;
        _over.Set();
        return true;
    }
}
