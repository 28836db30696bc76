using System.Diagnostics;
using AlexNet.Testing;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Tests.Checkpoints;

public sealed class DurableFileTests : IDisposable
{
    private const string Name = "weights-0-of-1.safetensors";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_Bytes_AreHashedAsTheyAreOnDisk()
    {
        var written = DurableFile.Write(_folder[Name], file =>
        {
            file.Write([1, 2, 3]);
            file.Write([4]);
        });
        Assert.Equal(ManifestFile.Of(_folder[Name]), written);
        Assert.Equal(new HashingTarget().Write(Name, file => file.Write([1, 2, 3, 4])), written);
        Assert.Equal([_folder[Name]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_ContentFails_LeavesWhatWasThere()
    {
        File.WriteAllText(_folder[Name], "before");
        Assert.Throws<InvalidDataException>(() => DurableFile.Write(_folder[Name], file =>
            {
                file.Write([1, 2, 3]);
                throw new InvalidDataException("no more");
            }));
        Assert.Equal("before", File.ReadAllText(_folder[Name]));
        Assert.Equal([_folder[Name]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_DeviceFull_SaysSoAndKeepsNothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full.");
        File.CreateSymbolicLink(_folder[Name] + ".unfinished", "/dev/full");
        var error = Assert.Throws<IOException>(() => DurableFile.Write(_folder[Name], file => file.Write(new byte[5000])));
        Assert.Contains($"file '{_folder[Name]}' could not be written", error.Message, StringComparison.Ordinal);
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Publish_FileSystemFull_KeepsTheCheckpointBeforeAndCanSaveAgain()
    {
        Assert.SkipUnless(Mount(_folder.Path), "a file system of its own cannot be mounted here; it needs root.");
        try
        {
            string older = SmallCheckpoint.Publish(_folder.Path, 10);
            var target = new CheckpointDirectory(CheckpointFiles.Unfinished(_folder.Path, 20, 1));
            var error = Assert.Throws<IOException>(() => target.Write(Name, file => file.Write(new byte[2 << 20])));
            Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
            Assert.Equal(older, new CheckpointStore(_folder.Path).NewestWhole()?.Directory);

            new CheckpointStore(_folder.Path).Abandon(20, 1);
            Assert.Equal(SmallCheckpoint.Publish(_folder.Path, 30), new CheckpointStore(_folder.Path).NewestWhole()?.Directory);
        }
        finally
        {
            Assert.True(Ran("umount", _folder.Path));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static bool Mount(string directory) =>
        Environment.IsPrivilegedProcess && Ran("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory);

    private static bool Ran(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // the program is not here
        }
    }
}
