using System.Text;
using Grpc.Core;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// The stream of a pair in shared memory, in the place of gRPC's. Reading: 1. drain the ring; 2. ask to be woken; 3. sleep in the doorbell;
/// one thread does that for the life of the link, so a single call reads to the end. Writing: 1. wait for room; 2. copy; 3. wake.
/// </summary>
internal sealed class SharedStream(SharedPair pair) : IAsyncStreamReader<LinkMessage>, IAsyncStreamWriter<LinkMessage>, IChunkTarget
{
    // Records between two looks at the doorbell while the ring does not run empty.
    private const int RecordsBetweenLooks = 16;

    private readonly NativeMemoryManager _payload = new();
    private volatile TaskCompletionSource? _room;
    private volatile bool _ended;
    private bool _isOver;

    public LinkMessage Current { get; private set; } = LinkMessage.Nothing;

    public WriteOptions? WriteOptions { get; set; }

    public PeerTransport Carrier => PeerTransport.SharedMemory;

    /// <summary>Reads to the end: false at a friendly one; true with the refusal of what was read in <see cref="Current"/>.</summary>
    /// <exception cref="RpcException">The peer ended it and said why.</exception>
    /// <exception cref="IOException">The peer's process ended.</exception>
    public async Task<bool> MoveNext(CancellationToken stop)
    {
        var sink = ChunkMarshaller.Sink ?? throw new InvalidOperationException("a stream is read without a sink");
        using var end = stop.Register(pair.Doorbell.StopListening);
        return await Task.Factory.StartNew(() => Read(sink, stop), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public Task WriteAsync(LinkMessage message) => WriteAsync(message, default);

    public async Task WriteAsync(LinkMessage message, CancellationToken stop)
    {
        while (!pair.Outgoing.HasRoom(message.Head.PayloadBytes))
        {
            TaskCompletionSource room = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _room = room;
            if (_ended)
            {
                throw new IOException("the pair has ended, so nobody makes room");
            }

            if (pair.Outgoing.WriterMaySleep(message.Head.PayloadBytes))
            {
                await room.Task.WaitAsync(stop);
            }
        }

        message.Source?.TryWrite(message.Head, this);
    }

    /// <summary>Memory carries no checksum: what is damaged for a test is the header.</summary>
    public void Write(in ChunkHead head, ReadOnlySpan<byte> payload, bool corrupt)
    {
        payload.CopyTo(pair.Outgoing.Payload(payload.Length));
        if (pair.Outgoing.Publish(corrupt ? head with { Generation = head.Generation ^ 1 } : head))
        {
            pair.Doorbell.Ring(new(DoorbellKind.Wake));
        }
    }

    /// <summary>Nothing more comes; the peer hears it after the last record.</summary>
    public Task CompleteAsync()
    {
        pair.Doorbell.Ring(new(DoorbellKind.End));
        return Task.CompletedTask;
    }

    /// <summary>Tells the peer why the pair ends.</summary>
    public void Refuse(Refusal refusal)
    {
        byte[] text = Encoding.UTF8.GetBytes(refusal.Text);
        int length = Math.Min(text.Length, Doorbell.MaxTextBytes);
        pair.Doorbell.Ring(new(DoorbellKind.Farewell, (int)refusal.Code, length), text: text.AsSpan(0, length));
    }

    private bool Read(IChunkSink sink, CancellationToken stop)
    {
        try
        {
            while (Drain(sink) is not { } refusal)
            {
                stop.ThrowIfCancellationRequested();
                if (_isOver)
                {
                    return false;
                }

                // After the end of the peer what it had written before is still there.
                if (pair.IsGone)
                {
                    throw new IOException("the doorbell's other end was closed without a message, as when a process ends");
                }

                Attend(pair.Incoming.ReaderMaySleep(), stop);
            }

            return true;
        }
        finally
        {
            _ended = true;
            _room?.TrySetResult();
        }

        // The refusal of the record read last ends the stream.
        Refusal? Drain(IChunkSink chunks)
        {
            for (int records = 1; pair.Incoming.TryRead(out var head, out nint payload, out int bytes); records++)
            {
                var refused = chunks.Take(head, _payload.Sequence(payload, bytes));
                if (pair.Incoming.Release(bytes))
                {
                    pair.Doorbell.Ring(new(DoorbellKind.Wake));
                }

                if (refused is not null)
                {
                    Current = new LinkMessage { Refusal = refused };
                    return refused;
                }

                WakeWriter();
                if (records % RecordsBetweenLooks == 0)
                {
                    Attend(wait: false, stop);
                }
            }

            return null;
        }
    }

    private void Attend(bool wait, CancellationToken stop)
    {
        switch (pair.Doorbell.Listen(wait, out var file, out string text))
        {
            case null:
                pair.IsGone = !stop.IsCancellationRequested;
                break;
            case { Kind: DoorbellKind.Wake }:
                WakeWriter();
                break;
            case { Kind: DoorbellKind.File } frame when file is not null:
                pair.Take(frame.Number, frame.Length, file);
                break;
            case { Kind: DoorbellKind.End }:
                _isOver = true;
                break;
            case { Kind: DoorbellKind.Farewell } frame:
                throw new RpcException(new Status((StatusCode)frame.Number, text));
        }
    }

    private void WakeWriter()
    {
        if (_room is { } room && pair.Outgoing.HasRoom(WireLimits.ChunkBytes))
        {
            _room = null;
            room.TrySetResult();
        }
    }
}
