using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;

namespace Lockstep.Storage.Runs;

/// <summary>
/// The lines of <c>metrics.jsonl</c>, for who reads them and who writes them. An epoch has its metrics beside its other numbers. A number
/// that is not finite is a string.
/// </summary>
public static class MetricsLine
{
    private const string Step = "step",
        Epoch = "epoch",
        Speed = "samples_per_second",
        SpeedBefore = "images_per_second"; // in runs before ADR 15

    private static readonly JsonSerializerOptions Numbers = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>What a line records; null for a line that is cut short, or no record at all.</summary>
    public static RecordedPoint? Parse(string line)
    {
        try
        {
            var entry = JsonElement.Parse(line);
            return entry.GetProperty("event").GetString() switch
            {
                Step => StepOf(entry),
                Epoch => EpochOf(entry),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The line of a record, without its end.</summary>
    public static string Format(RecordedPoint point)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (point is StepRecord step)
                Write(writer, step);
            else if (point is EpochRecord epoch)
                Write(writer, epoch);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, StepRecord step)
    {
        writer.WriteString("event", Step);
        writer.WriteNumber("step", step.Step);
        writer.WriteNumber("epoch", step.Epoch);
        Write(writer, "loss", step.Loss);
        writer.WriteNumber("samples", step.Samples);
        Write(writer, "rate", step.Rate);
        Write(writer, Speed, step.SamplesPerSecond);
        if (step.Phase.Length > 0)
            writer.WriteString("phase", step.Phase);
    }

    private static void Write(Utf8JsonWriter writer, EpochRecord epoch)
    {
        writer.WriteString("event", Epoch);
        writer.WriteNumber("epoch", epoch.Epoch);
        writer.WriteNumber("step", epoch.Step);
        Write(writer, "loss", epoch.Loss);
        foreach (var metric in epoch.Metrics)
            Write(writer, metric.Name, metric.Value);
    }

    private static void Write(Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        JsonSerializer.Serialize(writer, value, Numbers);
    }

    private static StepRecord StepOf(JsonElement entry) =>
        new(
            entry.GetProperty("step").GetInt64(),
            (int)Optional(entry, "epoch"),
            Number(entry, "loss"),
            (int)Optional(entry, "samples"),
            Number(entry, "rate"),
            Optional(entry, entry.TryGetProperty(SpeedBefore, out _) ? SpeedBefore : Speed)
        )
        {
            Phase = entry.TryGetProperty("phase", out var phase) ? phase.GetString() ?? "" : "",
        };

    private static EpochRecord EpochOf(JsonElement entry) =>
        new(
            entry.GetProperty("epoch").GetInt32(),
            entry.GetProperty("step").GetInt64(),
            Optional(entry, "loss"),
            [
                .. from property in entry.EnumerateObject()
                where MetricNames.IsName(property.Name)
                select new Metric(property.Name, property.Value.Deserialize<double>(Numbers)),
            ]
        );

    /// <summary>A number that a run of another program may not have recorded; 0 then.</summary>
    private static double Optional(JsonElement entry, string name) => entry.TryGetProperty(name, out _) ? Number(entry, name) : 0;

    private static double Number(JsonElement entry, string name) => entry.GetProperty(name).Deserialize<double>(Numbers);
}
