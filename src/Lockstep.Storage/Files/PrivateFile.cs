namespace Lockstep.Storage.Files;

/// <summary>
/// Files and directories that the user who runs the program alone may open, from the moment they are there: secrets have mode 0600 whatever
/// directory they are in, and a directory that we make for a run, a cache or a moment has 0700. What lies in it, and in one that the user
/// has made, has the user's own mode (umask).
/// </summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a text beside the file and renames it into its place.</summary>
    public static void Write(string path, string text)
    {
        string fresh = path + ".new";
        File.Delete(fresh);
        using (var writer = new StreamWriter(Create(fresh, FileMode.CreateNew)))
            writer.WriteLine(text);
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Sees to it that a file is there, empty if it was not, and closed to others, for a library that opens it by name.</summary>
    public static void Ensure(string path)
    {
        using var file = Create(InputFile.Require(path), FileMode.OpenOrCreate);
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle) != OwnerOnly)
            File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
    }

    /// <summary>Makes a directory, and those above it, that nobody else may look into; one that is there keeps its mode.</summary>
    public static DirectoryInfo CreateDirectory(string path) =>
        OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);

    private static FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
