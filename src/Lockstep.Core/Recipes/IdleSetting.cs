namespace Lockstep.Core.Recipes;

/// <summary>A setting that somebody gave and that changes nothing in this recipe.</summary>
/// <param name="Message">What is given, why it has no effect, and what to do.</param>
/// <param name="IsHarmless">The run computes what was meant all the same, so that it is enough to say it.</param>
public sealed record IdleSetting(string Message, bool IsHarmless)
{
    /// <summary>Whether a section or value of a recipe is among the keys that were given.</summary>
    /// <param name="key">The key of the section or value, such as <c>data</c> or <c>data.path</c>.</param>
    /// <param name="given">Keys of settings.</param>
    public static bool IsGiven(string key, IEnumerable<string> given) =>
        given.Any(g => g == key || g.StartsWith(key + ".", StringComparison.Ordinal));
}
