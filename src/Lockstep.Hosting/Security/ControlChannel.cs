using Grpc.Net.Client;

namespace Lockstep.Hosting.Security;

/// <summary>Connections to a coordinator. Pings find out within half a minute that the other side is gone without a word (law 6).</summary>
public static class ControlChannel
{
    /// <summary>How long a connection may be silent before it is asked.</summary>
    public static TimeSpan PingDelay { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer may take.</summary>
    public static TimeSpan PingTimeout { get; } = TimeSpan.FromSeconds(20);

    /// <summary>A channel to a coordinator's gRPC port; never through a proxy.</summary>
    public static GrpcChannel To(Uri address, ControlAccess access)
    {
        var sockets = new SocketsHttpHandler
        {
            UseProxy = false,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
        };
        if (access.Tls is { } tls)
            sockets.ConnectCallback = tls.ConnectTo(Roles.Coordinator);
        return GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions
            {
                DisposeHttpClient = true,
                HttpHandler = access.Token is { } token ? new BearerHandler(token, sockets) : sockets,
            }
        );
    }
}
