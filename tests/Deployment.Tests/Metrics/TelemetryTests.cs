using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>What a run tells a collector and a log reader where it is asked to.</summary>
public sealed class TelemetryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly string[] Small =
    [
        "quickstart",
        "--steps",
        "4",
        "--set",
        "data.generated.train=400",
        "--set",
        "data.generated.test=70",
    ];

    [Fact]
    public async Task A_collector_gets_metrics_of_all_and_one_trace_of_a_step_from_all_workers()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        await using var collector = new OtlpReceiver();
        await using var alexnet = AlexnetProcess.TrainWith(
            folder["run"],
            new()
            {
                ["ALEXNET_OTLP"] = collector.Url,
                ["ALEXNET_TRACE_EVERY"] = "2",
                ["ALEXNET_METRICS"] = "none",
            },
            Small
        );
        await alexnet.FinishAsync(Deadline); // what is left is sent before a process ends
        string runId = alexnet.Events.Single(e => e.GetProperty("event").GetString() == "started").GetProperty("run_id").GetString() ?? "";

        var metrics = collector.At("/v1/metrics");
        Assert.Contains(metrics, body => Holds(body, "lockstep.run.loss"));
        foreach (string worker in (string[])["w0", "w1"])
        {
            Assert.Contains(metrics, body => Holds(body, "lockstep.worker.step.duration") && IsFrom(body, worker));
            var traces = collector.At("/v1/traces").Where(body => IsFrom(body, worker)).ToList();
            Assert.All((string[])["step", "load", "forward", "exchange", "backward", "reduce", "vote", "update"], span =>
                Assert.Contains(traces, body => Holds(body, span))
            );
            Assert.Contains(traces, body => Holds(body, TraceOf(runId, 0)));
            Assert.Contains(traces, body => Holds(body, TraceOf(runId, 2)));
            Assert.DoesNotContain(traces, body => Holds(body, TraceOf(runId, 1)));
        }
    }

    [Fact]
    public async Task Logs_that_are_asked_for_as_JSON_are_an_object_a_line()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        await using var alexnet = AlexnetProcess.TrainWith(folder["run"], new() { ["ALEXNET_LOG_FORMAT"] = "json" }, Small);
        await alexnet.FinishAsync(Deadline);
        foreach (string name in (string[])["coordinator", "w0", "w1"])
        {
            var lines = (
                await File.ReadAllLinesAsync(Path.Combine(folder["run"], "logs", $"{name}.log"), TestContext.Current.CancellationToken)
            )
                .Select(l => JsonElement.Parse(l))
                .ToList();
            Assert.NotEmpty(lines);
            Assert.All(lines, line => Assert.True(line.GetProperty("Timestamp").GetDateTime() > DateTime.UnixEpoch));
            // values, not only a sentence
            Assert.Contains(lines, line => line.GetProperty("State").TryGetProperty(name == "coordinator" ? "RunId" : "Generation", out _));
        }
    }

    private static byte[] TraceOf(string runId, int step) => SHA256.HashData(Encoding.UTF8.GetBytes($"{runId} 1 {step}"))[..16];

    /// <summary>A resource's attribute, as protobuf writes it: key, then a string of two bytes.</summary>
    private static bool IsFrom(byte[] body, string worker) => Holds(body, $"service.instance.id\u0012\u0004\u000a\u0002{worker}");

    private static bool Holds(byte[] body, string text) => Holds(body, Encoding.UTF8.GetBytes(text));

    private static bool Holds(byte[] body, byte[] part) => body.AsSpan().IndexOf(part) >= 0;
}
