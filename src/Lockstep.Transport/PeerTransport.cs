namespace Lockstep.Transport;

/// <summary>What carries tensors between two workers.</summary>
public enum PeerTransport
{
    /// <summary>Shared memory between workers of one user that reach each other's doorbell, gRPC between all others.</summary>
    Auto,

    /// <summary>Streams over TCP; works everywhere.</summary>
    Grpc,

    /// <summary>Memory that both workers map; an error where they do not share a host.</summary>
    SharedMemory,

    /// <summary>NVIDIA's collectives between GPUs; what is on the host goes as with <see cref="Auto"/>.</summary>
    Nccl,
}

/// <summary>The words of the command line and of the logs.</summary>
public static class PeerTransports
{
    /// <summary><c>auto</c>, <c>grpc</c>, <c>shm</c> or <c>nccl</c>.</summary>
    public static string Name(this PeerTransport transport) =>
        transport switch
        {
            PeerTransport.SharedMemory => "shm",
            PeerTransport.Grpc => "grpc",
            PeerTransport.Nccl => "nccl",
            _ => "auto",
        };

    /// <summary>The transport of this name; false when there is none.</summary>
    public static bool TryParse(string name, out PeerTransport transport)
    {
        transport = name switch
        {
            "shm" => PeerTransport.SharedMemory,
            "grpc" => PeerTransport.Grpc,
            "nccl" => PeerTransport.Nccl,
            _ => PeerTransport.Auto,
        };
        return transport != PeerTransport.Auto || name == "auto";
    }
}
