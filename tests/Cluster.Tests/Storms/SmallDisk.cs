using AlexNet.Testing;

namespace Cluster.Tests.Storms;

/// <summary>A disk of its own for a run, in memory, that can be filled to the last byte.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private static readonly int[] Pieces = [1 << 16, 512]; // written until nothing fits

    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts it; skips the test where that is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync(string path, int megabytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a disk that fills up needs root (mount).");
        Directory.CreateDirectory(path);
        await using var mount = ProgramProcess.Start("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "alexnet-test", path]);
        await mount.SucceedAsync(SmallRun.Deadline);
        return new(path);
    }

    public void Fill()
    {
        foreach (int piece in Pieces)
        {
            try
            {
                using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
                while (true)
                    file.Write(new byte[piece]);
            }
            catch (IOException)
            {
                // it is full
            }
        }
    }

    public void Empty() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await using var unmount = ProgramProcess.Start("umount", ["-l", Path]);
        await unmount.SucceedAsync(SmallRun.Deadline);
    }
}
