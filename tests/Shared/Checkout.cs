namespace AlexNet.Testing;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Checkout
{
    private const string Mark = "AlexNetDistributed.sln";

    public static string Root { get; } =
        Path.GetDirectoryName(Above(Mark))
        ?? throw new DirectoryNotFoundException($"the tests must run inside the repository, whose root holds {Mark}.");

    /// <summary>A file or folder of the checkout.</summary>
    /// <param name="name">Relative to its root.</param>
    public static string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>A file or folder that lies in a folder above the tests; null where there is none.</summary>
    public static string? Above(string name)
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
