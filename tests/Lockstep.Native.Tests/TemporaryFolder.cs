namespace Lockstep.Native.Tests;

/// <summary>A folder that goes when the test ends.</summary>
/// <param name="parent">Where it is made; the system's temporary folder when null.</param>
internal sealed class TemporaryFolder(string? parent = null) : IDisposable
{
    public string Path { get; } =
        parent is null
            ? Directory.CreateTempSubdirectory("alexnet-tests-").FullName
            : Directory.CreateDirectory(System.IO.Path.Combine(parent, $"alexnet-tests-{Guid.NewGuid():n}")).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
