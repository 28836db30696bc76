namespace AlexNet.Cli.Certificates;

/// <summary>Files that one user alone may read, replaced whole.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a text beside the file and renames it into its place, with the mode 0600 from its first byte on.</summary>
    public static void Write(string path, string text)
    {
        string fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var writer = new StreamWriter(fresh, options))
            writer.WriteLine(text);
        File.Move(fresh, path, overwrite: true);
    }
}
