using System.Security.Cryptography;
using AlexNet.Testing;
using AlexNet.Testing.Storage;
using Lockstep.Objects.Caching;
using Lockstep.Objects.Store;
using Lockstep.Storage.Files;

namespace Lockstep.Objects.Tests;

/// <summary>
/// The cache that all processes of a machine share; threads with a cache of their own stand for these, as locks are of open files.
/// </summary>
public sealed class ObjectCacheTests : IClassFixture<ObjectStorage>, IDisposable
{
    private const int Bytes = 300_000;

    private readonly TemporaryFolder _folder = new();
    private readonly FaultyProxy _proxy;
    private readonly ObjectAddress _address;
    private readonly ObjectStore _store;

    public ObjectCacheTests(ObjectStorage storage)
    {
        _proxy = storage.Begin();
        _address = ObjectAddress.Parse(storage.NewAddress());
        _store = new ObjectStore(_address, new ObjectStoreOptions { Endpoint = _proxy.Endpoint });
    }

    [Fact]
    public async Task Several_processes_that_want_an_object_download_it_once()
    {
        var file = await PutAsync(1);
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ => Task.Run(() => Cache(10).Require(_store, KeyOf(file), file), TestContext.Current.CancellationToken))
        );
        Assert.Equal(1, Downloads(file));
        Assert.Equal([file.Sha256], Files());
    }

    [Fact]
    public async Task What_was_not_used_for_longest_makes_room_and_whoever_reads_it_reads_on()
    {
        var (cache, files) = (Cache(2), new List<ManifestFile>());
        for (int i = 0; i < 3; i++)
            files.Add(await PutAsync(i));
        using var first = cache.Open(_store, KeyOf(files[0]), files[0]);
        Age(files[0], hours: 2);
        cache.Require(_store, KeyOf(files[1]), files[1]);
        Age(files[1], hours: 3);
        cache.Require(_store, KeyOf(files[1]), files[1]); // it is used again, and so no longer the oldest
        cache.Require(_store, KeyOf(files[2]), files[2]);
        Assert.Equal([.. new[] { files[1], files[2] }.Select(f => f.Sha256).Order(StringComparer.Ordinal)], Files());
        byte[] content = new byte[Bytes];
        Assert.Equal(Bytes, RandomAccess.Read(first, content, 0));
        Assert.Equal(files[0].Sha256, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    [Fact]
    public async Task What_a_killed_process_or_a_power_cut_has_left_is_never_taken_for_whole()
    {
        var file = await PutAsync(7);
        await File.WriteAllBytesAsync(_folder[file.Sha256 + ".partial"], new byte[Bytes], TestContext.Current.CancellationToken);
        Cache(10).Require(_store, KeyOf(file), file);
        Assert.Equal(file.Sha256, ManifestFile.Of(_folder[file.Sha256]).Sha256);
        await File.WriteAllBytesAsync(_folder[file.Sha256], new byte[Bytes / 2], TestContext.Current.CancellationToken);
        Cache(10).Require(_store, KeyOf(file), file);
        Assert.Equal(file.Sha256, ManifestFile.Of(_folder[file.Sha256]).Sha256);
        Assert.Equal([file.Sha256], Files());
    }

    [Fact]
    public async Task A_shard_that_is_damaged_in_the_bucket_does_not_get_in()
    {
        var file = await PutAsync(9);
        var other = file with { Sha256 = new string('0', 64) };
        Assert.Throws<DamagedObjectException>(() => Cache(10).Require(_store, KeyOf(file), other));
        Assert.Empty(Files());
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private ObjectCache Cache(int objects) => new(_folder.Path, objects * Bytes);

    private string KeyOf(ManifestFile file) => _address.KeyOf(file.Name);

    private int Downloads(ManifestFile file) => _proxy.Requests.Count(r => r.IsDownload && r.Has(KeyOf(file)));

    private void Age(ManifestFile file, int hours) => File.SetLastWriteTimeUtc(_folder[file.Sha256], DateTime.UtcNow.AddHours(-hours));

    private string[] Files() =>
        [
            .. Directory
                .GetFiles(_folder.Path)
                .Select(f => Path.GetFileName(f))
                .Where(f => f != "cache.lock" && !f.StartsWith("content", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    private async Task<ManifestFile> PutAsync(int seed)
    {
        byte[] content = new byte[Bytes];
        new Random(seed).NextBytes(content);
        var file = new ManifestFile($"object-{seed}", Bytes, Convert.ToHexStringLower(SHA256.HashData(content)));
        await File.WriteAllBytesAsync(_folder["content"], content);
        await _store.UploadAsync(KeyOf(file), _folder["content"], file);
        return file;
    }
}
