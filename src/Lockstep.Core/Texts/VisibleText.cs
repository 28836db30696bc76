using System.Globalization;
using System.Text;

namespace Lockstep.Core.Texts;

/// <summary>
/// Text from outside (names of files, classes, workers, recipes; a server's answer) as a person may see it: what a terminal would obey, and
/// what would turn the order of letters around, is written out, such as <c>\x1b</c> or <c>\u202e</c>.
/// </summary>
public static class VisibleText
{
    private const char FirstOfTwoBytes = '\u0100';

    /// <summary>Text of one or more lines: line feeds and tabs stay.</summary>
    public static string Of(string text) => Written(text, keepsLines: true);

    /// <summary>A name or a sentence that stands within a line: line feeds and tabs are written out too.</summary>
    public static string Line(string text) => Written(text, keepsLines: false);

    /// <summary>Whether a character only shows, and commands nothing. Line feeds and tabs do not.</summary>
    public static bool IsVisible(char c) => !char.IsControl(c) && c is not ('\u2028' or '\u2029') && !TurnsDirection(c);

    /// <summary>The marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm.</summary>
    private static bool TurnsDirection(char c) =>
        c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static string Written(string text, bool keepsLines)
    {
        if (text.All(Stays))
            return text;
        var written = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (Stays(c))
            {
                written.Append(c);
            }
            else
            {
                written
                    .Append(c < FirstOfTwoBytes ? @"\x" : @"\u")
                    .Append(((int)c).ToString(c < FirstOfTwoBytes ? "x2" : "x4", CultureInfo.InvariantCulture));
            }
        }

        return written.ToString();

        bool Stays(char c) => IsVisible(c) || (keepsLines && c is ('\n' or '\t'));
    }
}
