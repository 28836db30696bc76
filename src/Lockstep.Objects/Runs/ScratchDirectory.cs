using Lockstep.Objects.Caching;

namespace Lockstep.Objects.Runs;

/// <summary>A directory of this machine's cache that is deleted with this object.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } =
        Directory.CreateDirectory(System.IO.Path.Combine(CacheFolder.Root, "scratch", Guid.NewGuid().ToString("N"))).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
