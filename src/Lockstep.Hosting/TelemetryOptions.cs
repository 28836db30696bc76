namespace Lockstep.Hosting;

/// <summary>How a service lets itself be watched; the same settings for every service.</summary>
public sealed record TelemetryOptions
{
    private const string MetricsName = "metrics",
        OtlpName = "otlp",
        TraceName = "trace-every",
        LogName = "log-format";

    /// <summary>The names of these settings.</summary>
    public static IReadOnlyList<string> Names { get; } = [MetricsName, OtlpName, TraceName, LogName];

    /// <summary>metrics: <c>prometheus</c>, which serves them at <c>/metrics</c> and is the default, or <c>none</c>.</summary>
    public required bool ServesPrometheus { get; init; }

    /// <summary>
    /// otlp: URL of an OpenTelemetry collector (OTLP over HTTP, such as http://collector:4318) that metrics and traces are sent to; none by
    /// default.
    /// </summary>
    public required Uri? Otlp { get; init; }

    /// <summary>trace-every: one of so many steps is traced, on all workers the same; 0, the default, for none.</summary>
    public required int TraceEvery { get; init; }

    /// <summary>log-format: <c>text</c>, a line for people, which is the default, or <c>json</c>, an object a line.</summary>
    public required bool LogsJson { get; init; }

    /// <summary>Reads them; what is wrong goes to the settings' errors.</summary>
    public static TelemetryOptions From(Settings settings)
    {
        string? url = settings.Optional(OtlpName);
        Uri.TryCreate(url, UriKind.Absolute, out var otlp);
        if (url is not null && otlp?.Scheme is not ("http" or "https"))
        {
            settings.Errors.Add(
                $"setting '{OtlpName}' is '{url}'; it must be the URL of a collector's OTLP/HTTP port, such as http://collector:4318."
            );
        }

        int every = settings.Whole(TraceName, 0, least: 0);
        if (every > 0 && url is null)
        {
            settings.Errors.Add(
                $"setting '{TraceName}' is {every}; traces need a collector to go to: give its URL with --{OtlpName} or "
                    + $"{Settings.VariableOf(OtlpName)}."
            );
        }

        return new TelemetryOptions
        {
            ServesPrometheus = settings.OneOf(MetricsName, "prometheus", "none") == "prometheus",
            Otlp = otlp,
            TraceEvery = every,
            LogsJson = settings.OneOf(LogName, "text", "json") == "json",
        };
    }
}
