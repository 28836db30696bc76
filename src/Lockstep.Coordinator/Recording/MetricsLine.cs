using System.Text.Json;
using System.Text.Json.Serialization;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>Reads one line of <c>metrics.jsonl</c>, and says how its numbers are written.</summary>
internal static class MetricsLine
{
    /// <summary>An infinite loss is written as a string.</summary>
    public static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The step or epoch that it records; null for a line that is cut short, or no record at all.</summary>
    public static RunEvent? Parse(string line)
    {
        try
        {
            var entry = JsonElement.Parse(line);
            return entry.GetProperty("event").GetString() switch
            {
                "step" => new() { Step = StepOf(entry) },
                "epoch" => new() { Epoch = EpochOf(entry) },
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private static StepDone StepOf(JsonElement entry) =>
        new()
        {
            Step = entry.GetProperty("step").GetInt64(),
            Epoch = entry.GetProperty("epoch").GetInt32(),
            Loss = Number(entry, "loss"),
            Samples = entry.GetProperty("samples").GetInt32(),
            Rate = Number(entry, "rate"),
            ImagesPerSecond = Number(entry, "images_per_second"),
        };

    private static EpochDone EpochOf(JsonElement entry) =>
        new()
        {
            Epoch = entry.GetProperty("epoch").GetInt32(),
            Step = entry.GetProperty("step").GetInt64(),
            Loss = Number(entry, "loss"),
            TestLoss = Number(entry, "test_loss"),
            Top1 = Number(entry, "top1"),
            Top5 = Number(entry, "top5"),
        };

    private static double Number(JsonElement entry, string name) => entry.GetProperty(name).Deserialize<double>(Options);
}
