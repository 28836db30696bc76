using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lockstep.Core.Metrics;

namespace Lockstep.Core.Schedules;

/// <summary>An evaluation as JSON, such as <c>{"step": 600, "test_loss": 0.41, "top1": 0.9}</c>.</summary>
internal sealed class EvaluationJson : JsonConverter<Evaluation>
{
    private const string Step = "step";

    /// <exception cref="JsonException">It is no object with a step.</exception>
    public override Evaluation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var entry = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException();
        if (!entry.Remove(Step, out var step) || step is null)
            throw new JsonException($"'{Step}' is missing");
        return new(step.GetValue<long>(), entry.Deserialize<MetricValues>() ?? throw new JsonException());
    }

    public override void Write(Utf8JsonWriter writer, Evaluation value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber(Step, value.Step);
        foreach (var metric in value.Metrics)
            MetricValuesJson.WriteNumber(writer, metric);
        writer.WriteEndObject();
    }
}
