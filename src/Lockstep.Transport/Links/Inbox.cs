using System.Buffers;
using Grpc.Core;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Links;

/// <summary>
/// The messages from one peer. A chunk whose receive is posted goes straight to its place, any other is held in a buffer of our own, so
/// that the reader never waits and no order of arrival blocks another operation. Everything a peer claims is checked before a byte is
/// copied.
/// </summary>
internal sealed class Inbox(long generation, long maxHeldBytes, PeerTraffic traffic) : IChunkSink
{
    // A whole message is remembered for a while, so that its repetition is told from a message that comes early.
    private const int RememberedMessages = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<MessageKey, InboundMessage> _messages = [];
    private readonly HashSet<MessageKey> _finished = [];
    private readonly Queue<MessageKey> _finishedOrder = [];
    private long _heldBytes;
    private PeerLoss? _loss;

    /// <summary>What carries the pair; may change before the first message only.</summary>
    public PeerTransport Carrier { get; set; } = PeerTransport.Grpc;

    /// <summary>Memory that chunks without a posted receive occupy, in bytes.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_gate)
            {
                return _heldBytes;
            }
        }
    }

    /// <summary>
    /// Waits for a message; returns why the peer must be given up, or null. With a lost peer the operation fails at once.
    /// </summary>
    /// <exception cref="InvalidOperationException">An operation of this name was begun before.</exception>
    public Refusal? Post(MessageKey key, PostedReceive receive)
    {
        InboundMessage message;
        lock (_gate)
        {
            if (_loss is { } loss)
            {
                receive.Operation.Fail(loss);
                return null;
            }

            message = Expect(key, receive);
            if (message.Total != receive.Total)
            {
                return WrongTotal(key, message.Total, receive.Total);
            }

            message.Receive = receive;
            message.IsDirect = message.Held.Count == 0;
            if (message.IsDirect)
            {
                return null;
            }
        }

        // Whoever begins an operation is on its way to compute: large copies are somebody else's.
        if (receive.Total > WireLimits.ChunkBytes)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => HandOver(key, message, receive), null);
        }
        else
        {
            HandOver(key, message, receive);
        }

        return null;
    }

    public Refusal? Take(in ChunkHead head, in ReadOnlySequence<byte> payload)
    {
        if (CheckClaims(head, payload.Length) is { } claim)
        {
            return claim;
        }

        traffic.CountReceived(head.Key, Carrier, payload.Length);
        PostedReceive receive;
        lock (_gate)
        {
            if (_loss is not null)
            {
                return null;
            }

            if (CheckOrder(head, out var message) is { } order)
            {
                return order;
            }

            message.Arrived += payload.Length;
            message.IsWhole = message.Arrived == message.Total;
            if (!message.IsDirect || message.Receive is null)
            {
                return Hold(head, message, payload);
            }

            receive = message.Receive;
            ForgetWhole(head.Key, message);
        }

        receive.Take(head.Offset, payload);
        return null;
    }

    /// <summary>Fails every posted receive, and every later one.</summary>
    public void Fail(PeerLoss loss)
    {
        PostedReceive[] failed;
        lock (_gate)
        {
            _loss ??= loss;
            failed = [.. _messages.Values.Select(m => m.Receive).OfType<PostedReceive>()];
            foreach (var message in _messages.Values)
            {
                while (message.Held.TryDequeue(out (long, HeldChunk Chunk) held))
                {
                    held.Chunk.Return();
                }
            }

            _messages.Clear();
            _heldBytes = 0;
        }

        foreach (var receive in failed)
        {
            receive.Operation.Fail(loss);
        }
    }

    private InboundMessage Expect(MessageKey key, PostedReceive receive)
    {
        if (_finished.Contains(key) || (_messages.TryGetValue(key, out var message) && message.Receive is not null))
        {
            throw new InvalidOperationException(
                $"operation '{receive.Operation.Name}' was begun before; each operation of a generation needs a name of its own"
            );
        }

        return message ?? Open(key, receive.Total);
    }

    private InboundMessage Open(MessageKey key, long total) => _messages[key] = new InboundMessage(total);

    /// <summary>What can be told from the header alone.</summary>
    private Refusal? CheckClaims(in ChunkHead head, long payloadBytes)
    {
        if (head.Generation != generation)
        {
            return new(
                StatusCode.FailedPrecondition,
                $"a message of generation {head.Generation} was found, generation {generation} is required; join the newest plan"
            );
        }

        if (!Enum.IsDefined(head.Key.Operation.Kind) || !Enum.IsDefined(head.Key.Part))
        {
            return Refusal.Malformed($"a message of the unknown kind {head.Key} was found; do both workers run the same version?");
        }

        if (head.Offset < 0 || head.Total < head.Offset || payloadBytes != head.PayloadBytes)
        {
            return Refusal.Malformed(
                $"a chunk of {head.Key} with {payloadBytes} bytes at offset {head.Offset} of {head.Total} was found; "
                    + $"chunks of {WireLimits.ChunkBytes} bytes and one remainder are required"
            );
        }

        return null;
    }

    /// <summary>Chunks of a message come in order, once, and agree about its length.</summary>
    private Refusal? CheckOrder(in ChunkHead head, out InboundMessage message)
    {
        if (_messages.TryGetValue(head.Key, out var known))
        {
            message = known;
        }
        else if (_finished.Contains(head.Key))
        {
            message = new(head.Total);
            return Refusal.Malformed($"a chunk of {head.Key} at offset {head.Offset} was found, the message is complete already");
        }
        else
        {
            message = Open(head.Key, head.Total);
        }

        if (head.Total != message.Total)
        {
            return WrongTotal(head.Key, head.Total, message.Total);
        }

        return head.Offset != message.Arrived || message.IsWhole
            ? Refusal.Malformed(
                $"a chunk of {head.Key} at offset {head.Offset} was found, offset {message.Arrived} of {message.Total} is required"
            )
            : null;
    }

    private Refusal? Hold(in ChunkHead head, InboundMessage message, in ReadOnlySequence<byte> payload)
    {
        var chunk = HeldChunk.CopyOf(payload);
        if (_heldBytes + chunk.Cost > maxHeldBytes)
        {
            chunk.Return();
            return new(
                StatusCode.ResourceExhausted,
                $"{_heldBytes} bytes of operations that were not begun here are held, "
                    + $"at most {maxHeldBytes} are allowed; {head.Key} came too early"
            );
        }

        _heldBytes += chunk.Cost;
        message.Held.Enqueue((head.Offset, chunk));
        return null;
    }

    private void HandOver(MessageKey key, InboundMessage message, PostedReceive receive)
    {
        while (TryRelease(key, message, out var held))
        {
            receive.Take(held.Offset, held.Chunk);
        }
    }

    private bool TryRelease(MessageKey key, InboundMessage message, out (long Offset, HeldChunk Chunk) held)
    {
        lock (_gate)
        {
            if (message.Held.TryDequeue(out held))
            {
                _heldBytes -= held.Chunk.Cost;
                return true;
            }

            message.IsDirect = true;
            ForgetWhole(key, message);
            return false;
        }
    }

    private void ForgetWhole(MessageKey key, InboundMessage message)
    {
        if (!message.IsWhole || !_messages.Remove(key))
        {
            return;
        }

        _finished.Add(key);
        _finishedOrder.Enqueue(key);
        if (_finishedOrder.Count > RememberedMessages)
        {
            _finished.Remove(_finishedOrder.Dequeue());
        }
    }

    private static Refusal WrongTotal(MessageKey key, long found, long required) =>
        Refusal.Malformed(
            $"{key} of {found} bytes was found, {required} bytes are required; do both workers run the same recipe and plan?"
        );
}
