using Spectre.Console;

namespace Lockstep.Terminals;

/// <summary>A cell of a <see cref="FittedTable"/>: text, never markup.</summary>
/// <param name="Text">In one line.</param>
/// <param name="Style">How it looks; null for as usual.</param>
internal sealed record FittedCell(string Text, Style? Style = null)
{
    public static implicit operator FittedCell(string text) => new(text);
}
