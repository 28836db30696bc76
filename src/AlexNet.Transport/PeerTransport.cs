namespace AlexNet.Transport;

/// <summary>What carries tensors between two workers.</summary>
public enum PeerTransport
{
    /// <summary>Shared memory between workers that see each other's nonce file, gRPC between all others.</summary>
    Auto,

    /// <summary>Streams over TCP; works everywhere.</summary>
    Grpc,

    /// <summary>Memory that both workers map; an error where they do not share a host.</summary>
    SharedMemory,
}

/// <summary>The words of the command line and of the logs.</summary>
public static class PeerTransports
{
    /// <summary><c>auto</c>, <c>grpc</c> or <c>shm</c>.</summary>
    public static string Name(this PeerTransport transport) => transport switch
    {
        PeerTransport.SharedMemory => "shm",
        PeerTransport.Grpc => "grpc",
        _ => "auto",
    };

    /// <summary>The transport of this name; false when there is none.</summary>
    public static bool TryParse(string name, out PeerTransport transport)
    {
        transport = name switch
        {
            "shm" => PeerTransport.SharedMemory,
            "grpc" => PeerTransport.Grpc,
            _ => PeerTransport.Auto,
        };
        return transport != PeerTransport.Auto || name == "auto";
    }
}
