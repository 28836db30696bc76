using System.Globalization;
using System.Text;
using Lockstep.Core.Errors;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Storage.Files;

/// <summary>
/// Writes a file that the user named. A link stays and its target is written; a regular file is replaced whole and keeps its mode; a device
/// or a pipe gets the bytes and stays what it is; a directory is refused. <c>/dev/stdout</c> and <c>/dev/fd/N</c> are what this process was
/// given open.
/// </summary>
public static class OutputFile
{
    private const string StandardOutput = "/dev/stdout",
        GivenOpen = "/dev/fd/";

    /// <param name="path">As the user gave it; its directory is made if it is not there.</param>
    /// <param name="content">Writes the content, from front to back.</param>
    /// <exception cref="BadInputException">It is a directory or a socket, or a link that cannot be followed.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static ManifestFile Write(string path, Action<Stream> content)
    {
        Check(path);
        return TakesBytes(path) ? Into(path, content) : Replace(Target(path), content);
    }

    /// <summary>The same with a text, in UTF-8.</summary>
    /// <exception cref="BadInputException">It is a directory or a socket, or a link that cannot be followed.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static ManifestFile WriteText(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Makes sure that a path can be an output, before anything is worked for.</summary>
    /// <exception cref="BadInputException">It is a directory or a socket.</exception>
    public static void Check(string path)
    {
        if (FileKinds.Of(path) is (FileKind.Directory or FileKind.Socket) and var kind)
            throw new BadInputException($"output '{path}' is {kind.Named()}; give the name of a file.");
    }

    /// <summary>
    /// Whether the bytes go into something that is there already and keeps its place: a device, a pipe, or what this process was given
    /// open.
    /// </summary>
    public static bool TakesBytes(string path) => DescriptorOf(path) is not null || FileKinds.Of(path) is FileKind.Device or FileKind.Pipe;

    /// <summary>Where to tell of a file that was written: standard error where the file itself went to standard output.</summary>
    public static TextWriter NewsOf(string path) => DescriptorOf(path) == 1 ? Console.Error : Console.Out;

    private static int? DescriptorOf(string path) =>
        path == StandardOutput ? 1
        : path.StartsWith(GivenOpen, StringComparison.Ordinal)
        && int.TryParse(path[GivenOpen.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
        : null;

    private static ManifestFile Into(string path, Action<Stream> content)
    {
        try
        {
            using var file = Open(path);
            using var hashing = new HashingStream(file);
            content(hashing);
            hashing.Flush();
            return hashing.ToManifestFile(Path.GetFileName(path));
        }
        // the last where no such descriptor is open
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"'{path}' could not be written: {e.Message.TrimEnd('.')}. Give another file.", e);
        }
    }

    private static FileStream Open(string path) =>
        DescriptorOf(path) is { } descriptor
            ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0)
            : new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    private static ManifestFile Replace(string path, Action<Stream> content)
    {
        UnixFileMode? mode = !OperatingSystem.IsWindows() && File.Exists(path) ? File.GetUnixFileMode(path) : null;
        var done = DurableFile.Write(path, content);
        if (mode is { } kept && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, kept);
        return done;
    }

    /// <summary>Where a link leads in the end, though nothing may be there yet; the path itself where it is none.</summary>
    private static string Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException)
        {
            throw new BadInputException($"output '{path}' is a link that cannot be followed: {e.Message.TrimEnd('.')}. Give another file.");
        }
        catch (IOException)
        {
            return path; // it is to be made
        }
    }
}
