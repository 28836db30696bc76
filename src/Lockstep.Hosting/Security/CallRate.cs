using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Lockstep.Hosting.Security;

/// <summary>
/// Bounds the calls of one address, with ASP.NET Core's rate limiter. A call too many gets 429, which gRPC calls Unavailable.
/// </summary>
internal static class CallRate
{
    /// <summary>Calls of one address that may come in a second, after a first burst of four times as many.</summary>
    private const int CallsASecond = 256;

    public static void Limit(RateLimiterOptions limits)
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context =>
            PortGuard.PerSecond(PortGuard.Network(context.Connection.RemoteIpAddress), CallsASecond)
        );
        limits.OnRejected = (rejected, _) =>
        {
            var context = rejected.HttpContext;
            context
                .RequestServices.GetRequiredService<RefusalLog>()
                .Add($"{context.Connection.RemoteIpAddress}", $"more than {CallsASecond} calls a second");
            return ValueTask.CompletedTask;
        };
    }
}
