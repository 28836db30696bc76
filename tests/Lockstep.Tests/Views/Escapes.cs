using System.Text.RegularExpressions;

namespace Lockstep.Tests.Views;

/// <summary>What a terminal obeys and does not show.</summary>
internal static partial class Escapes
{
    /// <summary>The text without it.</summary>
    public static string Of(string text) => Sequence().Replace(text, "");

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Sequence();
}
