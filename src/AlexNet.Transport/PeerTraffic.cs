using AlexNet.Core.Collectives;

namespace AlexNet.Transport;

/// <summary>Bytes of tensors exchanged with other workers in one generation, by the kind of operation; may be read at any time.</summary>
public sealed class PeerTraffic
{
    private readonly long[] _sent = new long[Enum.GetValues<OperationKind>().Length];
    private readonly long[] _received = new long[Enum.GetValues<OperationKind>().Length];

    /// <summary>Bytes sent for operations of this kind.</summary>
    public long BytesSent(OperationKind kind) => Interlocked.Read(ref _sent[(int)kind]);

    /// <summary>Bytes received for operations of this kind.</summary>
    public long BytesReceived(OperationKind kind) => Interlocked.Read(ref _received[(int)kind]);

    internal void CountSent(OperationKind kind, long bytes) => Interlocked.Add(ref _sent[(int)kind], bytes);

    internal void CountReceived(OperationKind kind, long bytes) => Interlocked.Add(ref _received[(int)kind], bytes);
}
