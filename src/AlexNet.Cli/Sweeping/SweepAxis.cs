using Lockstep.Core.Recipes;

namespace AlexNet.Cli.Sweeping;

/// <summary>A value of the recipe that a sweep varies.</summary>
/// <param name="Key">The key of the recipe.</param>
/// <param name="Values">As they were typed; at least one, and no two alike.</param>
internal sealed record SweepAxis(string Key, IReadOnlyList<string> Values)
{
    private const string Seed = "seed";

    /// <summary>Reads KEY=VALUE,VALUE,... where commas within brackets, braces and quotes belong to a value.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="errors">Receives what is wrong with it.</param>
    /// <returns>The axis; null where it has errors.</returns>
    public static SweepAxis? Parse(string text, ICollection<string> errors)
    {
        int equals = text.IndexOf('=');
        string[] values = equals < 1 ? [] : [.. Split(text[(equals + 1)..]).Select(v => v.Trim())];
        if (values.Length == 0 || values.Contains("") || RecipeSettings.Parse(text) is null)
            errors.Add($"--over is '{text}'; it must be KEY=VALUE,VALUE,... such as optimizer.rate=0.01,0.02,0.05.");
        else if (text[..equals] == Seed)
            errors.Add($"--over is '{text}'; seeds are not compared but averaged over; give --seeds N, and --seed for the first.");
        else if (values.Distinct(StringComparer.Ordinal).Count() < values.Length)
            errors.Add($"--over is '{text}'; it has a value twice; leave one of them out.");
        else
            return new(text[..equals], values);
        return null;
    }

    private static IEnumerable<string> Split(string values)
    {
        var (start, depth, quoted) = (0, 0, false);
        for (int i = 0; i < values.Length; i++)
        {
            quoted ^= values[i] == '"' && (i == 0 || values[i - 1] != '\\');
            if (quoted)
                continue;
            depth +=
                values[i] is '[' or '{' ? 1
                : values[i] is ']' or '}' ? -1
                : 0;
            if (values[i] != ',' || depth > 0)
                continue;
            yield return values[start..i];
            start = i + 1;
        }

        yield return values[start..];
    }
}
