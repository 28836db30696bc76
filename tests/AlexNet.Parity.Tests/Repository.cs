namespace AlexNet.Parity.Tests;

/// <summary>Files of the repository and beside it, found by walking up from the tests.</summary>
internal static class Repository
{
    /// <summary>The file, or null where no folder above holds it.</summary>
    /// <param name="path">Relative to some folder above the tests.</param>
    public static string? Find(string path)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (Path.Combine(directory.FullName, path) is var file && File.Exists(file))
                return file;
        }

        return null;
    }
}
