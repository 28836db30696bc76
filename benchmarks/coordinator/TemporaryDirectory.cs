namespace AlexNet.CoordinatorBenchmark;

/// <summary>A new directory that is deleted with this object.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("alexnet-benchmark-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
