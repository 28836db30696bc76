using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lockstep.Core.Status;

/// <summary>A run's status as JSON: names in small letters with underscores, seconds as numbers, moments in UTC.</summary>
public static class StatusJson
{
    public static JsonSerializerOptions Options { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a loss may be infinite
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        };

    public static string Write(RunStatus status) => JsonSerializer.Serialize(status, Options);

    /// <summary>Reads one that may come from anywhere: every text of it shows, and commands nothing.</summary>
    /// <exception cref="JsonException">It is no status of a run.</exception>
    public static RunStatus Read(string json) =>
        VisibleStatus.Of(JsonSerializer.Deserialize<RunStatus>(NamedAsToday(json), Options) ?? throw new JsonException("it is null"));

    /// <summary>Runs that ended before ADR 15 counted images.</summary>
    private static string NamedAsToday(string json) =>
        json.Replace("\"images_per_second\":", "\"samples_per_second\":", StringComparison.Ordinal);
}
