using System.Text.Json.Nodes;

namespace Lockstep.Core.Texts;

/// <summary>A value that two JSON documents do not share.</summary>
/// <param name="Key">The dotted key, such as <c>optimizer.rate</c>.</param>
/// <param name="One">The value in the first document, as JSON; null where it has none.</param>
/// <param name="Other">The value in the second document, likewise.</param>
public sealed record KeyedDifference(string Key, string? One, string? Other)
{
    /// <summary>Returns every difference between two documents, sorted by key; none where they hold the same values.</summary>
    public static IReadOnlyList<KeyedDifference> Between(JsonNode? one, JsonNode? other)
    {
        var (first, second) = (DottedValues.Of(one), DottedValues.Of(other));
        return
        [
            .. from key in first.Keys.Union(second.Keys).Order(StringComparer.Ordinal)
            let difference = new KeyedDifference(key, first.GetValueOrDefault(key), second.GetValueOrDefault(key))
            where difference.One != difference.Other
            select difference,
        ];
    }
}
