namespace AlexNet.Testing;

/// <summary>Commands that deploy/README.md tells a person to type.</summary>
internal static class ReadmeCommands
{
    /// <summary>The first block of commands under a heading.</summary>
    public static string Of(string heading)
    {
        string readme = File.ReadAllText(Checkout.PathOf("deploy/README.md"));
        string section = readme[readme.IndexOf($"## {heading}\n", StringComparison.Ordinal)..];
        const string fence = "```bash\n";
        string block = section[(section.IndexOf(fence, StringComparison.Ordinal) + fence.Length)..];
        return block[..block.IndexOf("```", StringComparison.Ordinal)];
    }
}
