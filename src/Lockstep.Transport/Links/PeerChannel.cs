using Grpc.Net.Client;
using Lockstep.Core.Timings;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Links;

/// <summary>A connection of its own for each pair, tuned for large tensors.</summary>
internal static class PeerChannel
{
    /// <summary>Bytes that may be under way on one stream before the receiver has taken them.</summary>
    public const int WindowBytes = 2 * 1024 * 1024;

    public static GrpcChannel Open(string address, PeerTransportOptions options) =>
        GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions
            {
                HttpHandler = new SocketsHttpHandler
                {
                    ConnectCallback = options.Connect,
                    EnableMultipleHttp2Connections = true,
                    InitialHttp2StreamWindowSize = WindowBytes,
                    UseProxy = false,
                    UseCookies = false,
                    ConnectTimeout = TimeSpan.FromSeconds(5),
                    PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,

                    // A host that vanished says nothing: ask, so that a link that is not in use is found out too.
                    KeepAlivePingDelay = LivenessTimings.Standard.PingDelay,
                    KeepAlivePingTimeout = LivenessTimings.Standard.PingTimeout,
                },
                DisposeHttpClient = true,
                CompressionProviders = [],
                MaxReceiveMessageSize = WireLimits.MessageBytes,
                MaxSendMessageSize = WireLimits.MessageBytes,
            }
        );
}
