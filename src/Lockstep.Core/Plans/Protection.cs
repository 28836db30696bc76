using Lockstep.Core.Errors;

namespace Lockstep.Core.Plans;

/// <summary>
/// How a part of the net that exists once is held by another worker too, so that its loss sends nobody back to a checkpoint.
/// </summary>
/// <param name="IsOn">Whether it is.</param>
public readonly record struct Protection(bool IsOn)
{
    /// <summary>Parts that exist once are lost with their worker.</summary>
    public static Protection Never { get; } = new(false);

    /// <summary>Reads <c>every:1</c> or <c>never</c>.</summary>
    /// <exception cref="BadInputException">It is something else.</exception>
    public static Protection Parse(string text) =>
        text switch
        {
            "never" => Never,
            "every:1" => new(true),
            _ => throw new BadInputException($"is '{text}'; every:1 or never is required."),
        };

    public override string ToString() => IsOn ? "every:1" : "never";
}
