namespace Examples.Tests;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Checkout
{
    private static readonly string[] Built = ["bin", "obj"];

    public static string Root { get; } = Find();

    /// <summary>Copies a folder of it to the same place below another root, without what was built there.</summary>
    public static void Copy(string folder, string root)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(Root, file),
                to = Path.Combine(root, path);
            if (path.Split(Path.DirectorySeparatorChar).Intersect(Built).Any())
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to) ?? root);
            File.Copy(file, to);
        }
    }

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "AlexNetDistributed.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException("the tests must run inside the repository, whose root holds AlexNetDistributed.sln.");
    }
}
