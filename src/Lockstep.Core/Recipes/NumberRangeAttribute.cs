using System.Globalization;

namespace Lockstep.Core.Recipes;

/// <summary>
/// The values that a number of a recipe may have, or each number of a list. <see cref="RecipeRanges"/> holds recipes against it, and the
/// schema shows it; rules that depend on other values are checked besides.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NumberRangeAttribute : Attribute
{
    /// <summary>The least value.</summary>
    public double AtLeast { get; init; } = double.NegativeInfinity;

    /// <summary>Every value is more than this.</summary>
    public double Above { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest value.</summary>
    public double AtMost { get; init; } = double.PositiveInfinity;

    /// <summary>Every value is less than this.</summary>
    public double Below { get; init; } = double.PositiveInfinity;

    /// <summary>The only values; empty for all within the bounds.</summary>
    public double[] OneOf { get; init; } = [];

    /// <summary>Whether a value is within the range; what is not finite never is.</summary>
    public bool Holds(double value) =>
        double.IsFinite(value)
        && value >= AtLeast
        && value > Above
        && value <= AtMost
        && value < Below
        && (OneOf.Length == 0 || OneOf.Contains(value));

    /// <summary>The range as a message has it after "must be", such as <c>at least 0 and below 1</c>.</summary>
    public override string ToString()
    {
        if (OneOf.Length > 0)
            return string.Join(" or ", OneOf.Select(Text));
        string? least =
            double.IsFinite(AtLeast) ? $"at least {Text(AtLeast)}"
            : double.IsFinite(Above) ? $"above {Text(Above)}"
            : null;
        string? most =
            double.IsFinite(AtMost) ? $"at most {Text(AtMost)}"
            : double.IsFinite(Below) ? $"below {Text(Below)}"
            : null;
        return (least, most) switch
        {
            (null, null) => "any number",
            (_, not null) when double.IsFinite(AtLeast) && double.IsFinite(AtMost) => $"{Text(AtLeast)} to {Text(AtMost)}",
            (not null, not null) => $"{least} and {most}",
            (_, null) when double.IsFinite(AtLeast) => $"{Text(AtLeast)} or more",
            (null, _) when double.IsFinite(AtMost) => $"{Text(AtMost)} or less",
            _ => least ?? most ?? "",
        };
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
