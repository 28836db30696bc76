using System.Net;
using System.Net.Sockets;
using Lockstep.Core.Errors;
using Lockstep.Core.Timings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Lockstep.Hosting.Security;

/// <summary>
/// The two ports of a service: gRPC (HTTP/2 without TLS needs a port of its own) and HTTP for metrics and health.
/// </summary>
/// <param name="Grpc">Where gRPC listens; port 0 for a free one.</param>
/// <param name="Http">Where metrics and health listen; port 0 for a free one.</param>
public sealed record ServiceEndpoints(IPEndPoint Grpc, IPEndPoint Http)
{
    private const int MostConnections = 4096,
        MostStreams = 32,
        LongestRequestLine = 4096,
        HeaderBytes = 16 * 1024;
    private const long MostBodyBytes = 4L << 20; // of a request that is no stream
    private static readonly TimeSpan SlowestHeaders = TimeSpan.FromSeconds(10);

    /// <summary>Looks whether both can be listened at, since the error of the server names neither.</summary>
    /// <exception cref="BadInputException">One cannot; both where both cannot.</exception>
    public void RequireUsable()
    {
        var errors =
            from endpoint in new[] { (Setting: "listen", At: Grpc), (Setting: "http-listen", At: Http) }
            let why = WhyUnusable(endpoint.At)
            where why is not null
            select $"setting '{endpoint.Setting}' is {endpoint.At}, which cannot be listened at: {why}";
        if (errors.ToList() is { Count: > 0 } found)
            throw new BadInputException(found);
    }

    /// <summary>
    /// Makes Kestrel listen on both, with bounds to what any caller may ask for; gRPC over mutual TLS where the service has a certificate.
    /// </summary>
    public void Listen(KestrelServerOptions options)
    {
        Limit(options.Limits);
        var (guard, tls) = (options.ApplicationServices.GetRequiredService<PortGuard>(), options.ApplicationServices.GetService<TlsPort>());
        options.Limits.Http2.KeepAlivePingDelay = LivenessTimings.Standard.PingDelay;
        options.Limits.Http2.KeepAlivePingTimeout = LivenessTimings.Standard.PingTimeout;
        options.Listen(Grpc, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(guard.Connections);
            tls?.Attach(listen);
        });
        options.Listen(Http, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(guard.Connections);
        });
    }

    private static string? WhyUnusable(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable => "this machine has no such address. Give one of its own, or 0.0.0.0 for all of them.",
                SocketError.AddressAlreadyInUse =>
                    $"the port is taken by {PortHolder.Of(endpoint.Port)}. Choose another port, or 0 for a free one.",
                SocketError.AccessDenied => "this user may not open that port. Choose one from 1024 on, or 0 for a free one.",
                _ => $"{e.Message}. Give an address of this machine.",
            };
        }
    }

    private static void Limit(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = MostConnections;
        limits.MaxRequestLineSize = LongestRequestLine;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MaxRequestBodySize = MostBodyBytes;
        limits.RequestHeadersTimeout = SlowestHeaders;
        limits.Http2.MaxStreamsPerConnection = MostStreams;
        limits.Http2.MaxRequestHeaderFieldSize = HeaderBytes;
    }

    /// <summary>The ports that were bound, once the server runs, as URLs with the host under which others reach this machine.</summary>
    public static (Uri Grpc, Uri Http) Bound(IEnumerable<string> addresses, string? advertisedHost)
    {
        // the order is that of Listen
        var urls = addresses
            .Select(a => new Uri(a))
            .Select(u => advertisedHost is null ? u : new UriBuilder(u) { Host = advertisedHost }.Uri)
            .ToArray();
        return (urls[0], urls[1]);
    }
}
