using Grpc.AspNetCore.Server.Model;
using Lockstep.Core.Timings;
using Lockstep.Transport.Links;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Lockstep.Transport.Hosting;

/// <summary>Puts the peer transport into an ASP.NET Core application.</summary>
public static class PeerTransportExtensions
{
    /// <summary>
    /// Adds the <see cref="PeerRouter"/> and what serves the streams of other workers. Also gives the whole server larger socket buffers.
    /// </summary>
    public static IServiceCollection AddPeerTransport(this IServiceCollection services, Action<PeerTransportOptions>? configure = null)
    {
        services.AddOptions<PeerTransportOptions>().Configure(o => configure?.Invoke(o));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PeerRouter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<PeerService>, PeerMethodProvider>());
        services.Replace(ServiceDescriptor.Singleton<IMemoryPoolFactory<byte>, ConnectionBufferPoolFactory>());

        // Few connections, all busy: a buffer that waits for data costs less than a system call that asks whether there is any.
        services.Configure<SocketTransportOptions>(o => o.WaitForDataBeforeAllocatingBuffer = false);
        services
            .AddGrpc()
            .AddServiceOptions<PeerService>(o =>
            {
                o.MaxReceiveMessageSize = WireLimits.MessageBytes;
                o.MaxSendMessageSize = WireLimits.MessageBytes;
                o.CompressionProviders.Clear();
                o.ResponseCompressionAlgorithm = null;
            });
        return services;
    }

    /// <summary>Serves the streams of other workers; their endpoint must speak HTTP/2 and nothing else, with or without TLS.</summary>
    public static GrpcServiceEndpointConventionBuilder MapPeerTransport(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService<PeerService>();

    /// <summary>
    /// Sets the limits of the server for large tensors and for streams that may be silent for as long as a plan's deadline.
    /// </summary>
    public static void ConfigurePeerTransport(this KestrelServerOptions kestrel)
    {
        kestrel.Limits.Http2.InitialStreamWindowSize = PeerChannel.WindowBytes;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 2 * PeerChannel.WindowBytes;
        kestrel.Limits.Http2.KeepAlivePingDelay = LivenessTimings.Standard.PingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = LivenessTimings.Standard.PingTimeout;
        kestrel.Limits.MaxResponseBufferSize = PeerChannel.WindowBytes;

        // The server would cut a worker that stands still for five seconds; pings and the plan's deadline decide instead.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
    }
}
