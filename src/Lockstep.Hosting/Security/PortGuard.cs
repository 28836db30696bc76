using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Lockstep.Hosting.Security;

/// <summary>
/// Bounds what one address may ask of a process, before anything of it is read: connections at a time, new connections and calls a second.
/// The numbers lie far above what a host of workers needs, and what is past them is dropped; a caller of ours tries again.
/// </summary>
public sealed class PortGuard(RefusalLog refusals) : IDisposable
{
    /// <summary>Connections of one address that may stand at a time.</summary>
    public const int ConnectionsAtATime = 256;

    /// <summary>New connections of one address that may come in a second, after a first burst of four times as many.</summary>
    public const int ConnectionsASecond = 64;

    /// <summary>Calls of one address that may come in a second, after a first burst of four times as many.</summary>
    public const int CallsASecond = 256;

    private const int Burst = 4,
        NetworkBytes = 8;

    private readonly PartitionedRateLimiter<IPAddress> _standing = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetConcurrencyLimiter(address, _ => new() { PermitLimit = ConnectionsAtATime, QueueLimit = 0 })
    );

    private readonly PartitionedRateLimiter<IPAddress> _new = PerSecond(ConnectionsASecond);
    private readonly PartitionedRateLimiter<IPAddress> _calls = PerSecond(CallsASecond);

    /// <summary>Middleware of a port: lets a connection in, or drops it.</summary>
    public ConnectionDelegate Connections(ConnectionDelegate next) =>
        async connection =>
        {
            var address = Network((connection.RemoteEndPoint as IPEndPoint)?.Address);
            using var standing = _standing.AttemptAcquire(address);
            using var rate = _new.AttemptAcquire(address);
            if (standing.IsAcquired && rate.IsAcquired)
            {
                await next(connection);
                return;
            }
            refusals.Add(
                connection.RemoteEndPoint,
                standing.IsAcquired
                    ? $"more than {ConnectionsASecond} connections a second"
                    : $"more than {ConnectionsAtATime} connections at a time"
            );
            connection.Abort();
        };

    /// <summary>Middleware of calls: lets one in, or answers 429, which gRPC calls Unavailable.</summary>
    public async Task Calls(HttpContext context, RequestDelegate next)
    {
        using var rate = _calls.AttemptAcquire(Network(context.Connection.RemoteIpAddress));
        if (rate.IsAcquired)
        {
            await next(context);
            return;
        }
        refusals.Add($"{context.Connection.RemoteIpAddress}", $"more than {CallsASecond} calls a second");
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
    }

    public void Dispose()
    {
        _standing.Dispose();
        _new.Dispose();
        _calls.Dispose();
    }

    private static PartitionedRateLimiter<IPAddress> PerSecond(int permits) =>
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new()
                {
                    TokenLimit = Burst * permits,
                    TokensPerPeriod = permits,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }));

    /// <summary>The address that counts: of IPv6 the network, since a host has all of its addresses.</summary>
    private static IPAddress Network(IPAddress? address)
    {
        if (address is null or { IsIPv4MappedToIPv6: true })
            return address?.MapToIPv4() ?? IPAddress.None;
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
