using System.Text.RegularExpressions;
using AlexNet.Testing;

namespace Repository.Tests;

/// <summary>
/// What documents, comments and messages name is there: links, paths from the root, and files that are named alone beside their document.
/// </summary>
public partial class DocumentReferenceTests
{
    private static readonly string[] Written =
    [
        ".md",
        ".cs",
        ".razor",
        ".yml",
        ".yaml",
        ".sh",
        ".sbatch",
        ".proto",
        ".json",
        ".csproj",
        ".props",
    ];

    public static TheoryData<string> Documents => [.. Files().Where(f => f.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_of_a_document_leads_to_a_file_and_a_heading(string document)
    {
        string folder = Path.GetDirectoryName(document) ?? "";
        foreach (Match link in Link().Matches(Read(document)))
        {
            string[] parts = link.Groups[1].Value.Split('#');
            string target =
                parts[0].Length == 0
                    ? document
                    : Path.GetRelativePath(Checkout.Root, Path.GetFullPath(Path.Combine(Checkout.Root, folder, parts[0])));
            Assert.True(Exists(target), $"{document} links to '{link.Groups[1].Value}', which is not there.");
            Assert.True(
                parts.Length == 1 || Headings(target).Contains(parts[1]),
                $"{document} links to '{link.Groups[1].Value}', and '{target}' has no such heading."
            );
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_file_that_a_document_names_alone_lies_beside_it(string document)
    {
        string folder = Path.GetDirectoryName(document) ?? "";
        foreach (Match name in Alone().Matches(Read(document)))
        {
            Assert.True(
                Exists(Path.Combine(folder, name.Groups[1].Value)),
                $"{document} names '{name.Groups[1].Value}', which is not beside it; give its path from the root."
            );
        }
    }

    [Fact]
    public void Every_path_from_the_root_is_there()
    {
        string[] wrong =
        [
            .. from file in Files()
            from path in FromTheRoot().Matches(Read(file)).Select(m => m.Groups[1].Value.TrimEnd('.', '/'))
            where !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal)
            where !Exists(path) && !Exists(Path.Combine(Path.GetDirectoryName(file) ?? "", path))
            select $"{file}: {path}",
        ];
        Assert.Empty(wrong);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Checkout.Root, file));

    private static bool Exists(string path) => Path.Exists(Path.Combine(Checkout.Root, path));

    private static IEnumerable<string> Files() =>
        from top in new DirectoryInfo(Checkout.Root).EnumerateFileSystemInfos()
        where
            top is FileInfo
            || top.Name is "src" or "tests" or "docs" or "deploy" or "k8s" or "recipes" or "protos" or "benchmarks" or ".github" or ".ci"
        from file in top is DirectoryInfo folder ? folder.EnumerateFiles("*", SearchOption.AllDirectories) : [(FileInfo)top]
        let path = Path.GetRelativePath(Checkout.Root, file.FullName)
        where
            Written.Contains(file.Extension)
            && !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "TestResults")
        select path;

    /// <summary>As GitHub names them: small letters, hyphens for spaces, no punctuation.</summary>
    private static IEnumerable<string> Headings(string document) =>
        from line in Read(document).Split('\n')
        where line.StartsWith('#')
        select Punctuation().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?!https?:|mailto:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`([\w.-]+\.(?:yml|yaml|sbatch|sh|csproj|sln|cs|py))`")]
    private static partial Regex Alone();

    // names with a place holder or a pattern after the slash are none
    [GeneratedRegex(@"(?<![\w./-])((?>(?:src|tests|docs|deploy|k8s|recipes|protos|benchmarks)/[\w./-]+))(?![*{<$](?!/))")]
    private static partial Regex FromTheRoot();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
