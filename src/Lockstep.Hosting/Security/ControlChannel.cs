using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Lockstep.Core.Timings;

namespace Lockstep.Hosting.Security;

/// <summary>
/// Connections to a coordinator, or to whoever else leads. Pings find out within half a minute that the other side is gone without a word
/// (law 6).
/// </summary>
public static class ControlChannel
{
    /// <summary>A channel to a gRPC port; never through a proxy.</summary>
    /// <param name="address">Its URL.</param>
    /// <param name="access">With what it is called.</param>
    /// <param name="role">What its certificate must name.</param>
    /// <param name="retries">Which calls are tried again, and how; none by default.</param>
    public static GrpcChannel To(Uri address, ControlAccess access, string role = Roles.Coordinator, RetryPolicy? retries = null)
    {
        var sockets = new SocketsHttpHandler
        {
            UseProxy = false,
            KeepAlivePingDelay = LivenessTimings.Standard.PingDelay,
            KeepAlivePingTimeout = LivenessTimings.Standard.PingTimeout,
        };
        if (access.Tls is { } tls)
            sockets.ConnectCallback = tls.ConnectTo(role);
        return GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions
            {
                DisposeHttpClient = true,
                MaxRetryAttempts = retries?.MaxAttempts,
                ServiceConfig = retries is null
                    ? null
                    : new ServiceConfig
                    {
                        MethodConfigs =
                        {
                            new MethodConfig { Names = { MethodName.Default }, RetryPolicy = retries },
                        },
                    },
                HttpHandler = access.Token is { } token ? new BearerHandler(token, sockets) : sockets,
            }
        );
    }
}
