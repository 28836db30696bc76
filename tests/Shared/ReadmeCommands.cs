namespace AlexNet.Testing;

/// <summary>Commands and files that a page tells a person to type.</summary>
internal static class ReadmeCommands
{
    /// <summary>The first block under a heading: of commands, or of another language.</summary>
    public static string Of(string heading, string page = "deploy/README.md", string language = "bash")
    {
        string readme = File.ReadAllText(Checkout.PathOf(page));
        string section = readme[readme.IndexOf($"## {heading}\n", StringComparison.Ordinal)..];
        string fence = $"```{language}\n";
        string block = section[(section.IndexOf(fence, StringComparison.Ordinal) + fence.Length)..];
        return block[..block.IndexOf("```", StringComparison.Ordinal)];
    }
}
