using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;

namespace Lockstep.Hosting.Security;

/// <summary>
/// Bounds how many connections one address may open to a process, before a byte of them is read: at a time, and in a second. The numbers
/// lie far above what a host of workers needs, and what is past them is dropped; a caller of ours tries again. <see cref="CallRate"/>
/// bounds the calls.
/// </summary>
public sealed class PortGuard(RefusalLog refusals) : IDisposable
{
    /// <summary>Connections of one address that may stand at a time.</summary>
    public const int ConnectionsAtATime = 256;

    /// <summary>New connections of one address that may come in a second, after a first burst of four times as many.</summary>
    public const int ConnectionsASecond = 64;

    private const int Burst = 4,
        NetworkBytes = 8;

    private readonly PartitionedRateLimiter<IPAddress> _standing = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetConcurrencyLimiter(address, _ => new() { PermitLimit = ConnectionsAtATime, QueueLimit = 0 })
    );

    private readonly PartitionedRateLimiter<IPAddress> _new = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        PerSecond(address, ConnectionsASecond)
    );

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

    public void Dispose()
    {
        _standing.Dispose();
        _new.Dispose();
    }

    /// <summary>So many a second from one address, after a first burst of four times as many.</summary>
    internal static RateLimitPartition<IPAddress> PerSecond(IPAddress address, int permits) =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => new()
            {
                TokenLimit = Burst * permits,
                TokensPerPeriod = permits,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            });

    /// <summary>The address that counts: of IPv6 the network, since a host has all of its addresses.</summary>
    internal static IPAddress Network(IPAddress? address)
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
