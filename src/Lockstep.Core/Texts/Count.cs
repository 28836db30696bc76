using System.Globalization;

namespace Lockstep.Core.Texts;

/// <summary>A number and its noun, which agree: <c>1 replica</c>, <c>2 replicas</c>, <c>1,200 batches</c>.</summary>
public static class Count
{
    /// <param name="number">The number of things.</param>
    /// <param name="singular">The noun for one of them.</param>
    /// <param name="plural">The noun for any other number; the singular and an s by default.</param>
    public static string Of(long number, string singular, string? plural = null) =>
        $"{number.ToString("N0", CultureInfo.InvariantCulture)} {Noun(number, singular, plural)}";

    /// <summary>The noun alone, where the number is written apart.</summary>
    public static string Noun(long number, string singular, string? plural = null) => number == 1 ? singular : plural ?? singular + "s";
}
