using System.Text.RegularExpressions;
using AlexNet.Testing;

namespace Examples.Tests.Packages;

/// <summary>What a page shows of the use of the package: a whole program, and the commands that make and run it.</summary>
internal static partial class PageOfPackage
{
    public static string Program(string page) => Block(page, "csharp", "Training.RunAsync");

    public static string[] Commands(string page) => Block(page, "bash", "dotnet new console").TrimEnd().Split('\n');

    /// <summary>The block of a page that holds a text.</summary>
    private static string Block(string page, string language, string text) =>
        Fence()
            .Matches(File.ReadAllText(Checkout.PathOf(page)))
            .Where(m => m.Groups[1].Value == language)
            .Select(m => m.Groups[2].Value)
            .Single(block => block.Contains(text, StringComparison.Ordinal));

    [GeneratedRegex("^```(\\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
