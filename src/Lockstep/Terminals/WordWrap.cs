using Spectre.Console;

namespace Lockstep.Terminals;

/// <summary>Prose on a narrow terminal: lines end between words.</summary>
internal static class WordWrap
{
    private const string Command = "alexnet ";

    /// <summary>
    /// The text in lines of at most so many columns, of which the later ones keep the indent of the first. A line with a command in it
    /// stays whole, so that it can be copied; the terminal wraps it. A word that is longer than a line stays whole too.
    /// </summary>
    /// <param name="text">One line or several.</param>
    /// <param name="columns">The columns of the terminal.</param>
    public static string Of(string text, int columns) => string.Join('\n', text.Split('\n').SelectMany(line => Lines(line, columns)));

    private static IEnumerable<string> Lines(string line, int columns)
    {
        if (line.GetCellWidth() <= columns || line.Contains(Command, StringComparison.Ordinal))
            return [line];
        string indent = line[..(line.Length - line.TrimStart().Length)];
        var lines = new List<string> { indent };
        foreach (string word in line.Trim().Split(' '))
        {
            string longer = lines[^1].Length == indent.Length ? indent + word : $"{lines[^1]} {word}";
            if (lines[^1].Length == indent.Length || longer.GetCellWidth() <= columns)
                lines[^1] = longer;
            else
                lines.Add(indent + word);
        }

        return lines;
    }
}
