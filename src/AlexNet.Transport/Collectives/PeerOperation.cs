using System.Runtime.ExceptionServices;
using AlexNet.Core.Collectives;
using AlexNet.Transport.Links;
using AlexNet.Transport.Wire;

namespace AlexNet.Transport.Collectives;

/// <summary>
/// One collective operation of this worker: the messages it sends and waits for. The deadline runs from the moment that <see cref="Wait"/>
/// begins to block, whatever has come before: it bounds how long the training thread stands still, not how early it may begin an operation.
/// The memory is lent until <see cref="Wait"/> is over, or until the mesh is disposed.
/// </summary>
internal sealed class PeerOperation(Operation name, PeerMesh mesh) : IPendingOperation
{
    private readonly List<OutboundMessage> _sends = [];
    private readonly List<PostedReceive> _receives = [];
    private readonly ManualResetEventSlim _over = new();
    private Exception? _failure;
    private int _ended;

    // What is still to happen; the begin itself counts, so that an operation does not end before all of it has begun.
    private int _outstanding = 1;

    public Operation Name => name;

    /// <summary>Guards the memory that the caller lent.</summary>
    public MemoryLease Lease { get; } = new();

    public PeerTraffic Traffic => mesh.Traffic;

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
        Exception failure = loss.During(name, mesh.Self);
        if (TryEnd(failure) && failure is PeerLostException lost)
        {
            mesh.Report(lost);
        }
    }

    /// <summary>Nobody will wait for it any more.</summary>
    public void Abandon(Exception cause)
    {
        TryEnd(cause);
        Lease.Revoke();
    }

    /// <summary>Sends memory to a peer, at once or as far as <see cref="PeerLink.Allow"/> lets it.</summary>
    public OutboundMessage Send(PeerLink to, MessagePart part, TensorMemory memory, bool ready = true, Action? copied = null)
    {
        OutboundMessage message = new(this, to.Peer, part, memory, ready, copied);
        _sends.Add(message);
        Expect();
        to.Send(message);
        return message;
    }

    /// <summary>Waits for a message of a peer.</summary>
    public void Receive(PeerLink from, MessagePart part, PostedReceive receive)
    {
        _receives.Add(receive);
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

    public void Wait()
    {
        if (!_over.Wait(mesh.Plan.Deadline))
        {
            PeerLostException late = LatePeers.Describe(name, mesh, _receives, _sends);
            if (TryEnd(late))
            {
                mesh.Report(late);
            }
        }

        // Whoever ended it is about to say so. After the lease no background code touches the lent memory.
        _over.Wait();
        Lease.Revoke();
        mesh.Forget(this);
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
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
