namespace AlexNet.Transport.Tests.Cluster;

/// <summary>A directory of its own for the shared memory of one test, in memory where the machine has that.</summary>
internal sealed class SharedDirectory : IDisposable
{
    private readonly DirectoryInfo _directory;

    public SharedDirectory()
    {
        string parent = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        _directory = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"test-{Guid.NewGuid():N}"));
    }

    public string Path => _directory.FullName;

    public IEnumerable<string> Files => _directory.EnumerateFileSystemInfos().Select(f => f.Name);

    public void Dispose() => _directory.Delete(recursive: true);
}
