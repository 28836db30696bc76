using System.Text.RegularExpressions;

namespace AlexNet.Testing.Tracing;

/// <summary>The source files that docs/architecture.md lists under a heading, in its order.</summary>
internal static partial class ListedFiles
{
    /// <summary>Fails with the list as it ought to be where the page has another under a heading.</summary>
    public static void AssertUnder(string heading, IEnumerable<string> entered)
    {
        string[] found = [.. entered];
        Assert.True(
            found.SequenceEqual(Under(heading)),
            $"docs/architecture.md lists other files under '{heading}' than a test enters, which are:\n{string.Join('\n', found)}"
        );
    }

    private static IReadOnlyList<string> Under(string heading)
    {
        string[] sections = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "architecture.md")).Split("\n#");
        string section = Assert.Single(sections, s => s.Split('\n')[0].TrimStart('#', ' ') == heading);
        return [.. Source().Matches(section).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex("`(src/[^`]+\\.cs)`")]
    private static partial Regex Source();
}
