namespace Lockstep.Terminals;

/// <summary>Parts that stand in a line, and where that is too long, in several.</summary>
internal static class FittedLine
{
    private const string Between = "  ";

    /// <summary>No part is broken over two lines, unless it alone is longer than one.</summary>
    /// <param name="parts">The parts, in order.</param>
    /// <param name="columns">The columns of the terminal.</param>
    public static string Of(IEnumerable<string> parts, int columns)
    {
        var lines = new List<string>();
        foreach (string part in parts)
        {
            if (lines.Count > 0 && lines[^1].Length + Between.Length + part.Length <= columns)
                lines[^1] += Between + part;
            else
                lines.Add(part);
        }

        return string.Join('\n', lines);
    }
}
