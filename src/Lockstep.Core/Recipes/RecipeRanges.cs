using System.Collections;
using System.Text.Json.Serialization.Metadata;
using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>Holds every number of a recipe against its <see cref="NumberRangeAttribute"/>.</summary>
public static class RecipeRanges
{
    /// <summary>Reports each number that is out of its range.</summary>
    /// <param name="section">A recipe, or a section of it.</param>
    /// <param name="path">The key of the section; empty for a whole recipe.</param>
    /// <param name="errors">Receives a sentence for each.</param>
    public static void Check(object section, string path, ICollection<string> errors)
    {
        var info = RecipeJson.Options.GetTypeInfo(section.GetType());
        if (info.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in info.Properties.Where(p => p.Set is not null))
        {
            string key = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            object? value = property.Get?.Invoke(section);
            if (Of(property) is { } range)
                CheckNumbers(value, range, key, errors);
            else if (value is IEnumerable list and not string)
                CheckSections(list, key, errors);
            else if (value is not null)
                Check(value, key, errors);
        }
    }

    /// <summary>Whether every number of a section is within its range.</summary>
    public static bool Hold(object section)
    {
        var errors = new List<string>();
        Check(section, "", errors);
        return errors.Count == 0;
    }

    /// <summary>The range of a property; null where it has none.</summary>
    internal static NumberRangeAttribute? Of(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(NumberRangeAttribute), inherit: true).FirstOrDefault()
        as NumberRangeAttribute;

    private static void CheckNumbers(object? value, NumberRangeAttribute range, string key, ICollection<string> errors)
    {
        double[] numbers = [.. Numbers(value)];
        if (value is IEnumerable)
        {
            string found = string.Join(", ", numbers.Select(n => FormattableString.Invariant($"{n}")));
            Require(numbers.All(range.Holds), errors, key, found, $"{range} each");
        }
        else if (numbers is [var number])
        {
            Require(range.Holds(number), errors, key, number, range.ToString());
        }
    }

    private static IEnumerable<double> Numbers(object? value) =>
        value switch
        {
            null => [],
            IEnumerable list => list.Cast<object?>().SelectMany(Numbers),
            _ => [Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)],
        };

    private static void CheckSections(IEnumerable list, string key, ICollection<string> errors)
    {
        int index = 0;
        foreach (object? item in list)
        {
            if (item is not null)
                Check(item, $"{key}[{NameOf(item) ?? FormattableString.Invariant($"{index}")}]", errors);
            index++;
        }
    }

    /// <summary>The name by which a setting finds an item of a list.</summary>
    private static string? NameOf(object item) => item.GetType().GetProperty("Name")?.GetValue(item) as string;
}
