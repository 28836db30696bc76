using System.Globalization;

namespace Lockstep.Core.Texts;

/// <summary>Shares as people read them: <c>5%</c>, without a space.</summary>
public static class Percent
{
    /// <summary>The invariant culture, with such percents.</summary>
    public static CultureInfo Culture { get; } = new("") { NumberFormat = { PercentPositivePattern = 1 } };
}
