using Grpc.Core;
using Lockstep.Core.Timings;

namespace Lockstep.Transport;

/// <summary>Settings of the peer transport.</summary>
public sealed class PeerTransportOptions
{
    /// <summary>How long a stream waits until this worker has joined the stream's generation. Default: 30 seconds.</summary>
    public TimeSpan RegistrationDeadline { get; set; } = LivenessTimings.Standard.RegistrationTime;

    /// <summary>Bytes from one peer that are held for operations that have not begun here; more ends the stream. Default: 1 GiB.</summary>
    public long MaxHeldBytes { get; set; } = 1L << 30;

    /// <summary>Streams that may wait for a generation at a time; more are turned away. Default: 256.</summary>
    public int MaxWaitingStreams { get; set; } = 256;

    /// <summary>What carries tensors; <see cref="PeerTransport.Auto"/> chooses for each pair. Default: auto.</summary>
    public PeerTransport Transport { get; set; } = PeerTransport.Auto;

    /// <summary>Opens the connections to peers; for mutual TLS. Default: null, plain TCP.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? Connect { get; set; }

    /// <summary>Headers of the calls to peers; for what lets this worker in. Default: none.</summary>
    public Metadata CallHeaders { get; } = new();

    /// <summary>
    /// The most bytes of one piece of shared memory; a worker whose limit is below what the rings of a pair need shares none. Default: no
    /// limit.
    /// </summary>
    public long MostSharedBytes { get; set; } = long.MaxValue;
}
