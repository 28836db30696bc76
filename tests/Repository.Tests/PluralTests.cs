using System.Text.RegularExpressions;
using AlexNet.Testing;

namespace Repository.Tests;

/// <summary>No message counts something and then says "1 replicas": a number and its noun go through Count.</summary>
public partial class PluralTests
{
    [Fact]
    public void Messages_ANumberBeforeANoun_GoThroughCount()
    {
        string[] wrong =
        [
            .. from path in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.cs", SearchOption.AllDirectories)
            where !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from match in Counted().Matches(Messages(File.ReadAllText(path)))
            select $"{Path.GetFileName(path)}: {match.Value}",
        ];
        Assert.Empty(wrong);
    }

    /// <summary>
    /// A source file in which strings that are cut over lines are whole again, without the templates of logs, which cannot count.
    /// </summary>
    private static string Messages(string source) => LogTemplate().Replace(Cut().Replace(source, ""), "");

    [GeneratedRegex(@"""\s*\+ \$?""")]
    private static partial Regex Cut();

    [GeneratedRegex(@"\[LoggerMessage\(.*?\)\]", RegexOptions.Singleline)]
    private static partial Regex LogTemplate();

    // of several, and all of several, are told in the plural
    [GeneratedRegex(
        @"(?<!of |[Aa]ll |is |not )\{(?!Count\.)[^{}""]*\} (?:replicas|shards|workers|steps|epochs|tensors|micro-batches|generations)\b"
    )]
    private static partial Regex Counted();
}
