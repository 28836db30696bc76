using Lockstep.Core.Collectives;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Links;

/// <summary>
/// The messages to one peer. They leave in the order in which they were begun, chunk by chunk: a message that waits for its bytes lets
/// later ones pass, and the sum of gradients, which has the length of a step to spare, lets every other kind pass.
/// </summary>
internal sealed class Outbox(long generation)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<OutboundMessage> _urgent = [];
    private readonly LinkedList<OutboundMessage> _gradients = [];
    private TaskCompletionSource? _waiting;
    private PeerLoss? _loss;
    private bool _closed;
    private bool _news;

    /// <summary>Takes a message over; returns why not when the peer is lost.</summary>
    public PeerLoss? Add(OutboundMessage message)
    {
        lock (_gate)
        {
            if (_loss is not null)
            {
                return _loss;
            }

            var lane = message.Key.Operation.Kind is OperationKind.Reduce or OperationKind.Keep ? _gradients : _urgent;
            lane.AddLast(message);
        }

        Wake();
        return null;
    }

    /// <summary>More of a message's bytes may leave.</summary>
    public void Allow(OutboundMessage message, long bytes)
    {
        lock (_gate)
        {
            message.Allow(bytes);
        }

        Wake();
    }

    /// <summary>Chooses the chunk that leaves next.</summary>
    public bool TryChoose(LinkMessage frame)
    {
        lock (_gate)
        {
            return TryChoose(_urgent, frame) || TryChoose(_gradients, frame);
        }
    }

    /// <summary>Completes when there may be something to choose; false when nothing more will come.</summary>
    public async ValueTask<bool> WaitAsync()
    {
        Task waiting;
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (_news)
            {
                _news = false;
                return true;
            }

            _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = _waiting.Task;
        }

        await waiting;
        return true;
    }

    /// <summary>Nothing more leaves once the loop has found it empty.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        Wake();
    }

    /// <summary>Fails what has not left, and everything added later.</summary>
    public void Fail(PeerLoss loss)
    {
        ILinkedOperation[] failed;
        lock (_gate)
        {
            _loss ??= loss;
            failed = [.. _urgent.Concat(_gradients).Select(m => m.Operation)];
            _urgent.Clear();
            _gradients.Clear();
        }

        foreach (var operation in failed)
        {
            operation.Fail(loss);
        }

        Close();
    }

    private bool TryChoose(LinkedList<OutboundMessage> lane, LinkMessage frame)
    {
        // A message stays listed until its last chunk is copied, so that a loss in between finds and fails it.
        for (LinkedListNode<OutboundMessage>? node = lane.First, next; node is not null; node = next)
        {
            next = node.Next;
            if (node.Value.IsOver)
            {
                lane.Remove(node);
            }
            else if (node.Value.TryChoose(generation, out var head))
            {
                frame.Carry(node.Value, head);
                return true;
            }
        }

        return false;
    }

    private void Wake()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _news = true;
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.TrySetResult();
    }
}
