using System.Runtime.Versioning;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Tests.Files;

[UnsupportedOSPlatform("windows")] // modes of files
public sealed class PrivateFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("alexnet-test-");

    [Fact]
    public void Write_AndWriteAgain_IsTheOwnersAlone()
    {
        string path = Path.Combine(_folder.FullName, "secret");
        File.WriteAllText(path, "one that others could read");
        PrivateFile.Write(path, "secret");
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal("secret\n", File.ReadAllText(path));
    }

    [Fact]
    public void Ensure_AFileThatOthersCouldRead_IsClosedAndKeepsItsBytes()
    {
        string old = Path.Combine(_folder.FullName, "old"),
            fresh = Path.Combine(_folder.FullName, "fresh");
        File.WriteAllText(old, "bytes");
        PrivateFile.Ensure(old);
        PrivateFile.Ensure(fresh);
        Assert.Equal([OwnerOnly, OwnerOnly], [File.GetUnixFileMode(old), File.GetUnixFileMode(fresh)]);
        Assert.Equal(("bytes", ""), (File.ReadAllText(old), File.ReadAllText(fresh)));
    }

    [Fact]
    public void CreateDirectory_NewIsTheOwnersAlone_AndOneOfTheUsersKeepsItsMode()
    {
        var made = PrivateFile.CreateDirectory(Path.Combine(_folder.FullName, "made"));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, made.UnixFileMode);
        made.UnixFileMode |= UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        var mode = made.UnixFileMode;
        Assert.Equal(mode, PrivateFile.CreateDirectory(made.FullName).UnixFileMode);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
