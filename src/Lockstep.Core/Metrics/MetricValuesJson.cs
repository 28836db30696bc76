using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lockstep.Core.Metrics;

/// <summary>Metrics as a JSON object; a value that is no number or not finite is a string, as JSON has none.</summary>
internal sealed class MetricValuesJson : JsonConverter<MetricValues>
{
    /// <exception cref="JsonException">It is no object of numbers.</exception>
    public override MetricValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        var values = new List<Metric>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString() ?? "";
            reader.Read();
            values.Add(new(name, ReadNumber(ref reader)));
        }

        return [.. values];
    }

    public override void Write(Utf8JsonWriter writer, MetricValues value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var metric in value)
            WriteNumber(writer, metric);
        writer.WriteEndObject();
    }

    internal static double ReadNumber(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.Number => reader.GetDouble(),
            JsonTokenType.String when double.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out double value) => value,
            _ => throw new JsonException(),
        };

    internal static void WriteNumber(Utf8JsonWriter writer, Metric metric)
    {
        if (double.IsFinite(metric.Value))
            writer.WriteNumber(metric.Name, metric.Value);
        else
            writer.WriteString(metric.Name, metric.Value.ToString(CultureInfo.InvariantCulture));
    }
}
