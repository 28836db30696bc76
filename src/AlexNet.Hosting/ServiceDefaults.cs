using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AlexNet.Hosting;

/// <summary>What every service of ours has: its two ports, logs on standard error, metrics, health, and supervision. The only place that knows the exporter. The service adds its own <see cref="IOrderlyEnd"/>.</summary>
public static class ServiceDefaults
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5); // for connections to close; one to a host that is cut off never does

    /// <param name="builder">The service to be.</param>
    /// <param name="endpoints">Its ports.</param>
    /// <param name="supervised">Whether it lives only as long as the process that started it.</param>
    /// <param name="meterName">The one meter that it publishes, and its name to Prometheus.</param>
    public static void AddServiceDefaults(this WebApplicationBuilder builder, ServiceEndpoints endpoints, bool supervised, string meterName)
    {
        builder.WebHost.ConfigureKestrel(endpoints.Listen);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        builder.Services.AddHealthChecks();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(meterName, serviceVersion: ProgramVersion.Current, autoGenerateServiceInstanceId: false))
            .WithMetrics(metrics => metrics.AddMeter(meterName).AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false));
        builder.Services.AddSingleton<IHostLifetime>(services => ActivatorUtilities.CreateInstance<ServiceLifetime>(services, supervised));
        if (supervised)
            builder.Services.AddHostedService<SupervisorPipe>();
    }

    /// <summary>Maps <c>/metrics</c> and <c>/health</c>.</summary>
    public static void MapServiceDefaults(this WebApplication app)
    {
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapHealthChecks("/health");
    }

    /// <summary>The URLs of a service that has started.</summary>
    public static (Uri Grpc, Uri Http) BoundAddresses(this IServer server, string? advertisedHost) =>
        ServiceEndpoints.Bound(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [], advertisedHost);
}
