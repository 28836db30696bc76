namespace Deployment.Tests.Images;

/// <summary>One stage of a Dockerfile.</summary>
/// <param name="Name">What stands after AS.</param>
/// <param name="Image">What it stands on: another stage or an image.</param>
/// <param name="Instructions">In their order, continued lines joined.</param>
internal sealed record DockerStage(string Name, string Image, List<(string Keyword, string Text)> Instructions)
{
    public IEnumerable<string> All(string keyword) => Instructions.Where(i => i.Keyword == keyword).Select(i => i.Text);

    /// <summary>Paths of the repository that it copies, without those from other stages.</summary>
    public IEnumerable<string> CopiedPaths =>
        All("COPY").Where(text => !text.Contains("--from=", StringComparison.Ordinal)).SelectMany(text => WithoutOptions(text).SkipLast(1));

    /// <summary>Its commands, without options such as mounts, as a shell understands them.</summary>
    public IEnumerable<string> Commands => All("RUN").Select(text => string.Join(' ', WithoutOptions(text)));

    // options stand before the rest, so a command's own, which follow its name, are kept
    private static IEnumerable<string> WithoutOptions(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal));
}
