using Grpc.Core;
using Lockstep.Core.Plans;
using Lockstep.Core.Timings;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Links;

/// <summary>
/// One pair of workers: the stream between them, with what is to be sent and what is to be received. Life of a link:
/// 1. it waits for its stream, while operations may begin already; 2. reader and writer run at once; 3. the first to end decides how the
/// other is ended, where the reader's word counts more, since it comes after the last message; 4. what is left fails with the cause.
/// </summary>
internal sealed class PeerLink
{
    private readonly IMesh _mesh;
    private readonly Inbox _inbox;
    private readonly Outbox _outbox;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _linked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerLoss? _loss;
    private Refusal? _farewell;
    private int _attached;
    private volatile bool _closing;

    public PeerLink(IMesh mesh, Member peer, long maxHeldBytes)
    {
        _mesh = mesh;
        Peer = peer;
        _inbox = new(mesh.Plan.Generation, maxHeldBytes, mesh.Traffic);
        _outbox = new(mesh.Plan.Generation);
    }

    public Member Peer { get; }

    /// <summary>The memory that carries the pair, from the moment that it is linked; null where gRPC does.</summary>
    public SharedPair? Shared { get; private set; }

    /// <summary>Completes when the stream stands; faults when the peer is lost before.</summary>
    public Task Linked => _linked.Task;

    /// <summary>Completes when nothing of the stream runs any more, or none was ever attached.</summary>
    public Task Ended => Volatile.Read(ref _attached) == 0 ? Task.CompletedTask : _ended.Task;

    /// <summary>Cancelled when the link is given up.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Why the link does not stand yet, for the message at the deadline.</summary>
    public string Fault { get; set; } = "no stream was opened";

    /// <summary>Reserves the link for one stream; false when it has one or is lost.</summary>
    public bool TryAttach()
    {
        if (Interlocked.Exchange(ref _attached, 1) == 1)
        {
            return false;
        }

        bool open = Volatile.Read(ref _loss) is null && !_closing;
        if (!open)
        {
            _ended.TrySetResult();
        }

        return open;
    }

    public void Send(OutboundMessage message)
    {
        if (_outbox.Add(message) is { } loss)
        {
            message.Operation.Fail(loss);
        }
    }

    /// <summary>More of a message's bytes may leave.</summary>
    public void Allow(OutboundMessage message, long bytes) => _outbox.Allow(message, bytes);

    public void Post(MessageKey key, PostedReceive receive)
    {
        if (_inbox.Post(key, receive) is { } refusal)
        {
            Refuse(refusal);
            receive.Operation.Fail(_loss ?? new(Peer, refusal.Text, null));
        }
    }

    /// <summary>Runs the stream to its end; returns what to tell the peer, or null for a friendly end.</summary>
    /// <param name="reader">Messages of the peer, after its hello.</param>
    /// <param name="writer">Messages to the peer.</param>
    /// <param name="greeting">The first message to the peer.</param>
    /// <param name="completeRequests">Tells the accepting end that nothing more comes; null at the accepting end itself.</param>
    public async Task<Refusal?> RunAsync(
        IAsyncStreamReader<LinkMessage> reader,
        IAsyncStreamWriter<LinkMessage> writer,
        LinkMessage? greeting,
        Func<Task>? completeRequests
    )
    {
        try
        {
            return await RunToEndAsync(reader, writer, greeting, completeRequests);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Runs the pair in shared memory to its end; the gRPC stream that brought the workers together only stands by.</summary>
    public async Task<Refusal?> RunSharedAsync(SharedPair pair)
    {
        try
        {
            pair.Offer(_mesh.Arena);
            Shared = pair;
            _inbox.Carrier = PeerTransport.SharedMemory;
            SharedStream stream = new(pair);
            var farewell = await RunToEndAsync(stream, stream, greeting: null, stream.CompleteAsync);
            // After a friendly end nobody listens; after any other the peer must hear of it before the last operation lets the doorbell go.
            stream.Refuse(farewell ?? new(StatusCode.Aborted, "it gave the pair up"));
            return farewell;
        }
        finally
        {
            pair.Dispose();
            _ended.TrySetResult();
        }
    }

    /// <summary>Ends a link that was reserved for a stream which never ran.</summary>
    public void GiveUp(PeerLoss loss)
    {
        Lose(loss);
        _ended.TrySetResult();
    }

    /// <summary>Gives the peer up: everything that involves it fails at once, now and later.</summary>
    public void Lose(PeerLoss loss, Refusal? farewell = null)
    {
        if (Interlocked.CompareExchange(ref _loss, loss, null) is not null)
        {
            return;
        }

        _farewell = farewell;
        if (!loss.Aborted && !loss.Left)
        {
            if (loss.IsFarewell)
            {
                _mesh.Log.Ended(Peer, loss.Reason);
            }
            else
            {
                _mesh.Log.Lost(Peer, loss.Reason);
            }

            _mesh.Report(loss.ToPeerLost());
        }

        _linked.TrySetException(loss.Error);
        _ = _linked.Task.Exception; // observed: whoever waits for it hears of it, and it is no accident when nobody does
        _outbox.Fail(loss);
        _inbox.Fail(loss);
        _ = _stop.CancelAsync();
    }

    /// <summary>Ends the stream in a friendly way, after what has been handed over.</summary>
    public async Task CloseAsync()
    {
        _closing = true;
        _linked.TrySetCanceled();
        _outbox.Close();
        await Ended;
        _ = _stop.CancelAsync();
    }

    private async Task<Refusal?> RunToEndAsync(
        IAsyncStreamReader<LinkMessage> reader,
        IAsyncStreamWriter<LinkMessage> writer,
        LinkMessage? greeting,
        Func<Task>? completeRequests
    )
    {
        _linked.TrySetResult();
        _mesh.Log.Linked(Peer, _mesh.TransportOf(Peer.Rank).Name());
        using CancellationTokenSource stopWriting = new();
        var reading = ReadAsync(reader);
        var writing = WriteAsync(writer, greeting, stopWriting.Token);
        if (await Task.WhenAny(reading, writing) == writing)
        {
            await EndReadingAsync(reading, await writing, completeRequests);
        }

        _outbox.Close();
        stopWriting.CancelAfter(LivenessTimings.Standard.LinkGrace);
        await writing;
        await reading;
        return _farewell;
    }

    private async Task ReadAsync(IAsyncStreamReader<LinkMessage> reader)
    {
        ChunkMarshaller.Sink = _inbox;
        try
        {
            while (await reader.MoveNext(_stop.Token))
            {
                var refusal = reader.Current.Hello is null ? reader.Current.Refusal : Refusal.Malformed("a second hello was found");
                if (refusal is not null)
                {
                    Refuse(refusal);
                    return;
                }
            }

            Lose(new(Peer, "it left the generation", null, Left: true));
        }
        catch (Exception) when (_closing || _stop.IsCancellationRequested)
        {
            // This end has ended it, and has said why.
        }
        catch (Exception e)
        {
            Lose(new(Peer, LinkFault.Describe(e), e));
        }
    }

    /// <summary>Writes until there is nothing more to come; returns why it ended before.</summary>
    private async Task<Exception?> WriteAsync(IAsyncStreamWriter<LinkMessage> writer, LinkMessage? greeting, CancellationToken stop)
    {
        try
        {
            if (greeting is not null)
            {
                await writer.WriteAsync(greeting, stop);
            }

            LinkMessage frame = new();
            do
            {
                while (_outbox.TryChoose(frame))
                {
                    await writer.WriteAsync(frame, stop);
                }
            } while (await _outbox.WaitAsync());
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private async Task EndReadingAsync(Task reading, Exception? writeError, Func<Task>? completeRequests)
    {
        if (writeError is null && completeRequests is not null && Volatile.Read(ref _loss) is null)
        {
            await completeRequests();
        }

        // The accepting end may leave at once. A failed write is the echo of an end that the reader is about to name.
        if (writeError is not null || completeRequests is not null)
        {
            await reading.WaitAsync(LivenessTimings.Standard.LinkGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (writeError is not null)
        {
            Lose(new(Peer, LinkFault.Describe(writeError), writeError));
        }

        await _stop.CancelAsync();
    }

    private void Refuse(Refusal refusal) => Lose(new(Peer, $"its message was refused: {refusal}", null), refusal);
}
