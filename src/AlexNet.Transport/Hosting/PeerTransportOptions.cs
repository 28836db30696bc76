using Grpc.Core;

namespace AlexNet.Transport.Hosting;

/// <summary>Settings of the peer transport.</summary>
public sealed class PeerTransportOptions
{
    /// <summary>How long a stream waits until this worker has joined the stream's generation. Default: 30 seconds.</summary>
    public TimeSpan RegistrationDeadline { get; set; } = TimeSpan.FromSeconds(30);

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
    /// Where shared memory lives; a tmpfs. Workers share a host when they see each other's files here. Default: /dev/shm.
    /// </summary>
    public string SharedMemoryDirectory { get; set; } = "/dev/shm";
}
