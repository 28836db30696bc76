using Lockstep.Storage.Files;

namespace Lockstep.Storage.Tests.Files;

public sealed class InputFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("alexnet-test-");

    [Fact]
    public void Require_ARegularFileALinkToOneAndWhatIsMissing_ArePassedOn()
    {
        string file = Path.Combine(_folder.FullName, "file"),
            link = Path.Combine(_folder.FullName, "link"),
            missing = Path.Combine(_folder.FullName, "missing");
        File.WriteAllText(file, "text");
        File.CreateSymbolicLink(link, file);
        Assert.Equal([file, link, missing], [InputFile.Require(file), InputFile.Require(link), InputFile.Require(missing)]);
        Assert.Equal("text", InputFile.ReadAllText(link));
    }

    [Theory]
    [InlineData("/dev/zero", "is a device")]
    [InlineData("/tmp", "is a directory")]
    public void ReadAllText_WhatNeverEndsOrHasNoBytes_IsRefusedBeforeItIsOpened(string path, string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.Contains(kind, Assert.Throws<IrregularFileException>(() => InputFile.ReadAllText(path)).Message);
    }

    [Fact]
    public void OpenRead_APipeWithoutAWriter_IsRefusedInsteadOfWaitedFor()
    {
        string pipe = Path.Combine(_folder.FullName, "pipe");
        Pipes.Make(pipe);
        Assert.Contains(
            $"'{pipe}' is a pipe; a regular file is required",
            Assert.Throws<IrregularFileException>(() => InputFile.OpenRead(pipe)).Message
        );
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
