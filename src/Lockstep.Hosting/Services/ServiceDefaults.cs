using Lockstep.Hosting.Ending;
using Lockstep.Hosting.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lockstep.Hosting.Services;

/// <summary>
/// What every service of ours has beside its <see cref="Telemetry"/>: two ports, health, and supervision. The service adds its own
/// <see cref="IOrderlyEnd"/>.
/// </summary>
public static class ServiceDefaults
{
    // for connections to close; one to a host that is cut off never does
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The builder of a service, which does not watch the files of its settings: every line that a run writes below the working directory
    /// would wake it, which took a sixth of the steps' time with two workers on two cores.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args) =>
        WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);

    /// <param name="builder">The builder of the service.</param>
    /// <param name="endpoints">Its ports.</param>
    /// <param name="supervised">Whether it lives only as long as the process that started it.</param>
    /// <param name="signals">The signals that end the service.</param>
    /// <exception cref="Core.Errors.BadInputException">A port cannot be listened at.</exception>
    public static void AddServiceDefaults(
        this WebApplicationBuilder builder,
        ServiceEndpoints endpoints,
        bool supervised,
        EndSignals signals
    )
    {
        endpoints.RequireUsable();
        builder.WebHost.ConfigureKestrel(endpoints.Listen);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SteadyClock>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<IHostLifetime>(services =>
            ActivatorUtilities.CreateInstance<Ending.ServiceLifetime>(services, supervised, signals)
        );
        if (!supervised)
            return;
        ParentDeath.Wakes();
        builder.Services.AddHostedService<SupervisorPipe>();
    }

    /// <summary>Maps <c>/health</c> and what is watched.</summary>
    public static void MapServiceDefaults(this WebApplication app)
    {
        app.MapTelemetry();
        app.MapHealthChecks("/health");
    }

    /// <summary>The URLs of a service that has started.</summary>
    public static (Uri Grpc, Uri Http) BoundAddresses(this IServer server, string? advertisedHost) =>
        ServiceEndpoints.Bound(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [], advertisedHost);
}
