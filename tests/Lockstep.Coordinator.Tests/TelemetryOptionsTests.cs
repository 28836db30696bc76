using Lockstep.Hosting;

namespace Lockstep.Coordinator.Tests;

public class TelemetryOptionsTests
{
    [Fact]
    public void From_NothingSet_ServesPrometheusAndLogsText()
    {
        var options = TelemetryOptions.From(new Settings([]));
        Assert.Equal((true, null, 0, false), (options.ServesPrometheus, options.Otlp, options.TraceEvery, options.LogsJson));
    }

    [Fact]
    public void From_EverythingSet_IsRead()
    {
        var settings = new Settings([
            "--metrics",
            "none",
            "--otlp",
            "http://collector:4318",
            "--trace-every",
            "100",
            "--log-format",
            "json",
        ]);
        var options = TelemetryOptions.From(settings);
        Assert.Empty(settings.Errors);
        Assert.Equal(
            (false, new Uri("http://collector:4318"), 100, true),
            (options.ServesPrometheus, options.Otlp, options.TraceEvery, options.LogsJson)
        );
    }

    [Theory]
    [InlineData("--metrics", "statsd", "setting 'metrics' is 'statsd'; it must be prometheus, none.")]
    [InlineData("--log-format", "xml", "setting 'log-format' is 'xml'; it must be text, json.")]
    [InlineData(
        "--otlp",
        "collector:4318",
        "setting 'otlp' is 'collector:4318'; it must be the URL of a collector's OTLP/HTTP port, such as http://collector:4318."
    )]
    [InlineData(
        "--trace-every",
        "10",
        "setting 'trace-every' is 10; traces need a collector to go to: give its URL with --otlp or ALEXNET_OTLP."
    )]
    public void From_WrongValue_SaysWhatIsRequired(string name, string value, string error)
    {
        var settings = new Settings([name, value]);
        TelemetryOptions.From(settings);
        Assert.Equal([error], settings.Errors);
    }
}
