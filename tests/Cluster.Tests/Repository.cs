namespace Cluster.Tests;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

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
