using System.Text.RegularExpressions;
using AlexNet.Cli.Commands;
using AlexNet.Testing;
using Lockstep.Commands;

namespace AlexNet.Cli.Tests.Commands;

/// <summary>A command line that a page or the source prints for a user is one that the program understands.</summary>
public sealed partial class DocumentedCommandsTests
{
    private static readonly string[] Commands = [.. AlexnetCommand.Create().Subcommands.Select(c => c.Name)];

    public static TheoryData<string> Pages =>
        [
            .. new[] { "README.md", "CONTRIBUTING.md", "docs", "deploy", "k8s", "src" }
                .SelectMany(FilesOf)
                .Select(f => Path.GetRelativePath(Checkout.Root, f))
                .Where(f => LinesOf(f).Any()),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_line_is_understood(string page) => Assert.All(LinesOf(page), line =>
        {
            var errors = CommandLineErrors
                .Of(AlexnetCommand.Create().Parse(line))
                .SkipLast(1)
                .Where(e => !e.Contains(" needs ", StringComparison.Ordinal))
                .ToList(); // a page may name a command alone
            Assert.True(errors.Count == 0, $"{page}: alexnet {line}\n{string.Join('\n', errors)}");
        });

    [Fact]
    public void They_are_found() => Assert.True(Pages.Count >= 10, $"{Pages.Count} pages");

    /// <summary>What stands for a value that the reader gives is a value.</summary>
    private static IEnumerable<string> LinesOf(string page) =>
        from Match match in (page.EndsWith(".cs", StringComparison.Ordinal) ? InSource : InText).Matches(
            File.ReadAllText(Path.Combine(Checkout.Root, page))
        )
        from part in match.Groups["line"].Value.Split("; alexnet ")
        let line = Placeholder.Replace(part, found => found.Value is "[" or "]" ? "" : "1").Replace("...", "").Trim()
        where Commands.Contains(line.Split(' ')[0])
        select line;

    private static IEnumerable<string> FilesOf(string place)
    {
        string path = Path.Combine(Checkout.Root, place);
        return File.Exists(path)
            ? [path]
            : new[] { "*.md", "*.cs" }
                .SelectMany(p => Directory.EnumerateFiles(path, p, SearchOption.AllDirectories))
                .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));
    }

    /// <summary>In back quotes, or on a line of its own up to a comment, a pipe or an ampersand.</summary>
    [GeneratedRegex(@"`alexnet (?<line>[a-z][^`\n]*)`|^\s*(\$ )?alexnet (?<line>[a-z][^`\n#&|>]*)", RegexOptions.Multiline)]
    private static partial Regex InText { get; }

    /// <summary>In single quotes of a message.</summary>
    [GeneratedRegex(@"'alexnet (?<line>[a-z][^'\n""]*)'")]
    private static partial Regex InSource { get; }

    [GeneratedRegex(@"\{[^}]*\}|\b[A-Z]+:[A-Z]+\b|\b[NMKR]\b|[\[\]]")]
    private static partial Regex Placeholder { get; }
}
