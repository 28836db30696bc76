namespace AlexNet.Testing;

/// <summary>Copies a directory with all that is in it.</summary>
internal static class DirectoryCopy
{
    public static void Make(string from, string to)
    {
        foreach (string path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? to);
            File.Copy(path, copy);
        }
    }
}
