using Grpc.Net.Client;
using Lockstep.Core.Timings;

namespace Lockstep.Hosting.Security;

/// <summary>Connections to a coordinator. Pings find out within half a minute that the other side is gone without a word (law 6).</summary>
public static class ControlChannel
{
    /// <summary>A channel to a coordinator's gRPC port; never through a proxy.</summary>
    public static GrpcChannel To(Uri address, ControlAccess access)
    {
        var sockets = new SocketsHttpHandler
        {
            UseProxy = false,
            KeepAlivePingDelay = LivenessTimings.Standard.PingDelay,
            KeepAlivePingTimeout = LivenessTimings.Standard.PingTimeout,
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
