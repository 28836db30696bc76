using System.Globalization;
using Lockstep.Core.Errors;

namespace Lockstep.Core.Plans;

/// <summary>
/// How a part of the net that exists once is held by another worker too, so that its loss sends nobody back to a checkpoint.
/// </summary>
/// <param name="Every">
/// With 1 the other worker makes every update too, and no committed step is made twice. With more, it gets a copy every so many steps, to
/// which all return after a loss. 0 for parts that are lost with their worker.
/// </param>
/// <param name="IsChosen">The run measures what that costs, and chooses the number itself.</param>
public readonly record struct Protection(int Every, bool IsChosen = false)
{
    private const string Prefix = "every:";

    private const int MostSteps = 1_000_000;

    /// <summary>Parts that exist once are lost with their worker.</summary>
    public static Protection Never { get; } = new(0);

    /// <summary>Begins with every update, and asks for less where that costs too much.</summary>
    public static Protection Auto { get; } = new(1, IsChosen: true);

    /// <summary>Whether they are held.</summary>
    public bool IsOn => Every > 0;

    /// <summary>Reads <c>every:K</c>, <c>auto</c> or <c>never</c>.</summary>
    /// <exception cref="BadInputException">It is something else.</exception>
    public static Protection Parse(string text) =>
        text == "never" ? Never
        : text == "auto" ? Auto
        : text.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int every)
        && every is >= 1 and <= MostSteps
            ? new(every)
        : throw new BadInputException($"is '{text}'; every:K with a number of steps from 1 on, auto or never is required.");

    public override string ToString() =>
        IsChosen ? "auto"
        : IsOn ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Every}")
        : "never";
}
