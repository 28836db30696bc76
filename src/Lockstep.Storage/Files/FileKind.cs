using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Storage.Files;

/// <summary>What a path leads to, links followed.</summary>
public enum FileKind
{
    /// <summary>Nothing, or nothing that this user may see.</summary>
    Missing,

    /// <summary>Bytes on a disk.</summary>
    Regular,

    Directory,

    /// <summary>Whoever opens it waits for another process.</summary>
    Pipe,

    Socket,

    /// <summary>A terminal, <c>/dev/null</c>, a disk.</summary>
    Device,
}

/// <summary>Asks the system for kinds of files, which the base library does not tell apart.</summary>
public static partial class FileKinds
{
    private const int WorkingDirectory = -100,
        ModeOffset = 28,
        Bytes = 256; // of struct statx, the same on every processor
    private const uint TypeOnly = 1;
    private const int TypeMask = 0xF000;

    /// <summary>The kind of what a path leads to.</summary>
    public static unsafe FileKind Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path) ? FileKind.Regular
                : System.IO.Directory.Exists(path) ? FileKind.Directory
                : FileKind.Missing;
        }

        byte* status = stackalloc byte[Bytes];
        if (StatX(WorkingDirectory, path, 0, TypeOnly, status) != 0)
            return FileKind.Missing;
        return (*(ushort*)(status + ModeOffset) & TypeMask) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            _ => FileKind.Device,
        };
    }

    /// <summary>The kind with its article, for messages.</summary>
    public static string Named(this FileKind kind) =>
        kind == FileKind.Regular ? "a regular file" : $"a {kind.ToString().ToLowerInvariant()}";

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int directory, string path, int flags, uint mask, byte* status);
}
