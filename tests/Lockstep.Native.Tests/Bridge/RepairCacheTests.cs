using Lockstep.Native.Bridge;

namespace Lockstep.Native.Tests.Bridge;

public class RepairCacheTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];

    [Fact]
    public void TryStore_ManyAtOnce_AllGetTheWholeFileAndNothingElseStays()
    {
        using var folder = new TemporaryFolder();

        Parallel.ForEach(Enumerable.Range(0, 16), number =>
        {
            string? path = RepairCache.TryStore(folder.Path, "a.so", Content, out _);
            Assert.True(path is not null, $"store {number} failed");
            Assert.Equal(Content, File.ReadAllBytes(path));
        });

        Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void TryStore_SameAgain_DoesNotWrite()
    {
        using var folder = new TemporaryFolder();
        string path = RepairCache.TryStore(folder.Path, "a.so", Content, out _) ?? "";
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);

        Assert.Equal(path, RepairCache.TryStore(folder.Path, "a.so", Content, out _));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99_999)]
    [InlineData(100_000)]
    public void TryStore_DamagedFileThere_ReplacesIt(int length)
    {
        using var folder = new TemporaryFolder();
        string path = RepairCache.TryStore(folder.Path, "a.so", Content, out _) ?? "";
        File.WriteAllBytes(path, new byte[length]);

        Assert.Equal(path, RepairCache.TryStore(folder.Path, "a.so", Content, out _));
        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void TryStore_NoPlace_SaysWhy()
    {
        Assert.Null(RepairCache.TryStore(null, "a.so", Content, out string? none));
        Assert.Null(RepairCache.TryStore("/proc/nowhere", "a.so", Content, out string? refused));
        Assert.Contains("ALEXNET_CACHE", none);
        Assert.Contains("/proc/nowhere", refused);
    }
}
