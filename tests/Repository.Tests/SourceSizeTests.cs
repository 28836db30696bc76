using AlexNet.Testing;

namespace Repository.Tests;

/// <summary>
/// Source stays readable beside another window: no line is longer than the editor's ruler, and no file than a few screens.
/// </summary>
public class SourceSizeTests
{
    private const int MostColumns = 140,
        MostLines = 300;

    [Fact]
    public void No_line_is_longer_than_140_columns() =>
        Assert.Empty(
            from file in Files("src", "tests", "benchmarks")
            from line in File.ReadLines(file).Index()
            where line.Item.Length > MostColumns
            select $"{Named(file)}:{line.Index + 1} has {line.Item.Length} columns; cut the string with '+', or take a part of it out."
        );

    [Fact]
    public void No_file_has_more_than_300_lines() =>
        Assert.Empty(
            from file in Files("src", "tests")
            let lines = File.ReadLines(file).Count()
            where lines > MostLines
            select $"{Named(file)} has {lines} lines; divide it by meaning."
        );

    private static IEnumerable<string> Files(params string[] folders) =>
        from folder in folders
        from file in Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories)
        where !Named(file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
        select file;

    private static string Named(string file) => Path.GetRelativePath(Checkout.Root, file);
}
