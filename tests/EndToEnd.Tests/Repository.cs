namespace EndToEnd.Tests;

/// <summary>Files of the working copy that the tests were built in.</summary>
internal static class Repository
{
    private const string Mark = "AlexNetDistributed.sln";

    public static string Root { get; } =
        Above(Mark) is { } solution
            ? Path.GetDirectoryName(solution) ?? solution
            : throw new InvalidOperationException($"{Mark} is in no folder above {AppContext.BaseDirectory}.");

    /// <summary>A file or folder of the working copy.</summary>
    public static string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>
    /// A data set in <c>shared/data</c> beside the working copy, which only developers have; the test is skipped without it.
    /// </summary>
    public static string SharedData(string name)
    {
        string? path = Above(Path.Combine("shared", "data", name));
        Assert.SkipWhen(path is null, $"needs shared/data/{name} beside the working copy.");
        return path ?? "";
    }

    private static string? Above(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, name);
            if (Path.Exists(path))
                return path;
        }
        return null;
    }
}
