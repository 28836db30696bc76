using System.Text.RegularExpressions;

namespace Lockstep.Core.Tests.Texts;

/// <summary>No message counts something and then says "1 replicas": a number and its noun go through Count.</summary>
public partial class PluralTests
{
    [Fact]
    public void Messages_ANumberBeforeANoun_GoThroughCount()
    {
        string[] wrong =
        [
            .. from path in Directory.EnumerateFiles(Path.Combine(RecipeFiles.Root, "src"), "*.cs", SearchOption.AllDirectories)
               where !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
               from line in File.ReadLines(path)
               where !line.Contains("[LoggerMessage(", StringComparison.Ordinal)
               from match in Counted().Matches(line)
               select $"{Path.GetFileName(path)}: {match.Value}",
        ];
        Assert.Empty(wrong);
    }

    // of several, and all of several, are told in the plural
    [GeneratedRegex(@"(?<!of |[Aa]ll |is |not )\{(?!Count\.)[^{}""]*\} (?:replicas|shards|workers|steps|epochs|tensors|micro-batches|generations)\b")]
    private static partial Regex Counted();
}
