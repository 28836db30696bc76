using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Lockstep.Hosting;

/// <summary>
/// Logs, metrics and traces of a service: the only place that knows an exporter or a log format. Everybody else writes to <c>ILogger</c>, a
/// <c>Meter</c> or an <c>ActivitySource</c>, which cost next to nothing while nobody listens.
/// </summary>
public static class Telemetry
{
    private const int PushMilliseconds = 10_000;
    private const string TextTime = "HH:mm:ss.fff ",
        JsonTime = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <param name="builder">The builder of the service.</param>
    /// <param name="options">What the service publishes, and how it logs.</param>
    /// <param name="name">Its name to those who watch, and that of its one meter.</param>
    /// <param name="instance">The name that tells services of one kind apart.</param>
    /// <param name="spanSources">Names of what it traces.</param>
    public static void AddTelemetry(
        this WebApplicationBuilder builder,
        TelemetryOptions options,
        string name,
        string instance,
        params IEnumerable<string> spanSources
    )
    {
        AddLogs(builder.Logging, options);
        builder.Services.AddSingleton(options);
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(name, serviceVersion: ProgramVersion.Current, serviceInstanceId: instance));
        if (options.ServesPrometheus || options.Otlp is not null)
            telemetry.WithMetrics(metrics => AddMetrics(metrics.AddMeter(name), options));
        if (options is { TraceEvery: > 0, Otlp: { } collector })
        {
            telemetry.WithTracing(traces =>
                traces
                    .AddSource([.. spanSources])
                    .SetSampler(new ParentBasedSampler(new AlwaysOffSampler())) // a traced step says so itself
                    .AddOtlpExporter(exporter => Send(exporter, collector, "v1/traces"))
            );
        }
    }

    /// <summary>Maps <c>/metrics</c>, where Prometheus is served.</summary>
    public static void MapTelemetry(this WebApplication app)
    {
        if (app.Services.GetRequiredService<TelemetryOptions>().ServesPrometheus)
            app.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>To standard error: standard output belongs to whoever started the service.</summary>
    private static void AddLogs(ILoggingBuilder logging, TelemetryOptions options)
    {
        logging.ClearProviders();
        if (options.LogsJson)
        {
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, JsonTime));
        }
        else
        {
            logging.AddSimpleConsole(console =>
                (console.SingleLine, console.TimestampFormat, console.ColorBehavior) = (true, TextTime, LoggerColorBehavior.Disabled)
            );
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
    }

    private static void AddMetrics(MeterProviderBuilder metrics, TelemetryOptions options)
    {
        if (options.ServesPrometheus)
            metrics.AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
        if (options.Otlp is { } collector)
        {
            metrics.AddOtlpExporter(
                (exporter, reader) =>
                {
                    Send(exporter, collector, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = PushMilliseconds;
                }
            );
        }
    }

    private static void Send(OtlpExporterOptions exporter, Uri collector, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{collector.ToString().TrimEnd('/')}/{path}");
    }
}
