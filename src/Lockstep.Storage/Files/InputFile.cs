using Microsoft.Win32.SafeHandles;

namespace Lockstep.Storage.Files;

/// <summary>
/// Opens files that somebody else names or has put there. What is no regular file is refused before it is opened: a pipe would wait for a
/// writer for ever, and a device such as <c>/dev/zero</c> never ends. Pipes that this process was given open, as by <c>&lt;(command)</c>,
/// are read.
/// </summary>
public static class InputFile
{
    private static readonly string[] GivenOpen = ["/dev/fd/", "/dev/stdin", "/proc/self/fd/"];

    /// <summary>Makes sure that opening it cannot hang; what is missing is left to whoever opens it.</summary>
    /// <exception cref="IrregularFileException">It is a pipe, a socket, a device or a directory.</exception>
    public static string Require(string path)
    {
        var kind = FileKinds.Of(path);
        bool isGiven = kind == FileKind.Pipe && GivenOpen.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal));
        return kind is FileKind.Missing or FileKind.Regular || isGiven ? path : throw new IrregularFileException(path, kind);
    }

    public static FileStream OpenRead(string path) => File.OpenRead(Require(path));

    public static SafeFileHandle OpenHandle(string path) => File.OpenHandle(Require(path));

    public static string ReadAllText(string path) => File.ReadAllText(Require(path));

    public static byte[] ReadAllBytes(string path) => File.ReadAllBytes(Require(path));

    public static IEnumerable<string> ReadLines(string path) => File.ReadLines(Require(path));
}
