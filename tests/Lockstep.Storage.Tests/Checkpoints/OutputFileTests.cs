using System.Diagnostics;
using System.Runtime.Versioning;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;
using Lockstep.Storage.Tests.Files;

namespace Lockstep.Storage.Tests.Checkpoints;

[UnsupportedOSPlatform("windows")] // modes of files
public sealed class OutputFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("alexnet-test-");

    [Fact]
    public void Write_ThroughALink_WritesTheTargetAndKeepsTheLink()
    {
        string target = At("target"),
            link = At("link"),
            chain = At("chain");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, "target");
        File.CreateSymbolicLink(chain, "link");
        Write(chain, "new");
        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal(("target", "link"), (new FileInfo(link).LinkTarget, new FileInfo(chain).LinkTarget));
    }

    [Fact]
    public void Write_ThroughALinkToNothing_MakesTheTarget()
    {
        File.CreateSymbolicLink(At("link"), "target");
        Write(At("link"), "new");
        Assert.Equal("new", File.ReadAllText(At("target")));
        Assert.Equal("target", new FileInfo(At("link")).LinkTarget);
    }

    [Fact]
    public void Write_OverARegularFile_KeepsItsMode()
    {
        File.WriteAllText(At("file"), "old");
        File.SetUnixFileMode(At("file"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        Write(At("file"), "new");
        Assert.Equal("new", File.ReadAllText(At("file")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite, File.GetUnixFileMode(At("file")));
    }

    [Fact]
    public void Write_IntoANewDirectory_MakesIt()
    {
        Write(At("new/directory/file"), "new");
        Assert.Equal("new", File.ReadAllText(At("new/directory/file")));
    }

    [Fact]
    public void Write_IntoADevice_LeavesTheDevice()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Write("/dev/null", "gone");
        Assert.Equal(FileKind.Device, FileKinds.Of("/dev/null"));
        Assert.Contains(
            "'/dev/full' could not be written: No space left on device",
            Assert.Throws<IOException>(() => Write("/dev/full", "new")).Message
        );
        Assert.Equal(FileKind.Device, FileKinds.Of("/dev/full"));
    }

    [Fact]
    public async Task Write_IntoAPipe_GivesItsReaderTheBytes()
    {
        Pipes.Make(At("pipe"));
        using var reader = Process.Start(new ProcessStartInfo("cat", [At("pipe")]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException();
        Write(At("pipe"), "through");
        Assert.Equal("through", await reader.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(FileKind.Pipe, FileKinds.Of(At("pipe")));
    }

    [Fact]
    public void Write_OverADirectory_IsRefused()
    {
        Assert.Contains(
            "is a directory; give the name of a file",
            Assert.Throws<BadInputException>(() => Write(_folder.FullName, "new")).Message
        );
    }

    [Fact]
    public void NewsOf_WhatGoesToStandardOutput_GoesToStandardError()
    {
        Assert.Same(Console.Error, OutputFile.NewsOf("/dev/stdout"));
        Assert.Same(Console.Error, OutputFile.NewsOf("/dev/fd/1"));
        Assert.Same(Console.Out, OutputFile.NewsOf(At("file")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static void Write(string path, string text) =>
        OutputFile.Write(path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
