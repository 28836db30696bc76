using Lockstep.Core.Collectives;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Links;

/// <summary>
/// Bytes of tensors that this process has exchanged with other workers, over all generations, by the kind of operation and by what carried
/// them; may be read at any time.
/// </summary>
public sealed class PeerTraffic
{
    private readonly Dictionary<PeerTransport, Counts> _counts = Carriers.ToDictionary(c => c, _ => new Counts());

    /// <summary>What can carry tensors.</summary>
    public static IReadOnlyList<PeerTransport> Carriers { get; } = [PeerTransport.Grpc, PeerTransport.SharedMemory, PeerTransport.Nccl];

    /// <summary>Bytes sent for operations of this kind.</summary>
    public long BytesSent(OperationKind kind) => Carriers.Sum(c => BytesSent(kind, c));

    /// <summary>Bytes sent for operations of this kind over one carrier.</summary>
    public long BytesSent(OperationKind kind, PeerTransport carrier) => Interlocked.Read(ref _counts[carrier].Sent[(int)kind]);

    /// <summary>Bytes received for operations of this kind.</summary>
    public long BytesReceived(OperationKind kind) => Carriers.Sum(c => BytesReceived(kind, c));

    /// <summary>Bytes received for operations of this kind over one carrier.</summary>
    public long BytesReceived(OperationKind kind, PeerTransport carrier) => Interlocked.Read(ref _counts[carrier].Received[(int)kind]);

    internal void CountSent(OperationKind kind, PeerTransport carrier, long bytes) =>
        Interlocked.Add(ref _counts[carrier].Sent[(int)kind], bytes);

    internal void CountReceived(OperationKind kind, PeerTransport carrier, long bytes) =>
        Interlocked.Add(ref _counts[carrier].Received[(int)kind], bytes);

    /// <summary>Counts a chunk of a message; where values lie in shared memory is no part of them.</summary>
    internal void CountSent(in MessageKey key, PeerTransport carrier, long bytes)
    {
        if (key.Part != MessagePart.Offer)
        {
            CountSent(key.Operation.Kind, carrier, bytes);
        }
    }

    /// <inheritdoc cref="CountSent(in MessageKey, PeerTransport, long)"/>
    internal void CountReceived(in MessageKey key, PeerTransport carrier, long bytes)
    {
        if (key.Part != MessagePart.Offer)
        {
            CountReceived(key.Operation.Kind, carrier, bytes);
        }
    }

    private sealed class Counts
    {
        public long[] Sent { get; } = new long[Enum.GetValues<OperationKind>().Length];

        public long[] Received { get; } = new long[Enum.GetValues<OperationKind>().Length];
    }
}
