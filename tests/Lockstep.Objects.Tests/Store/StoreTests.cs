using System.Security.Cryptography;
using AlexNet.Testing;
using AlexNet.Testing.Storage;
using Lockstep.Core.Errors;
using Lockstep.Objects.Store;
using Lockstep.Storage.Files;

namespace Lockstep.Objects.Tests.Store;

/// <summary>The store over loopback, through a proxy that makes each fault.</summary>
public sealed class StoreTests : IClassFixture<ObjectStorage>, IDisposable
{
    private const int Small = 100_000,
        Part = 5 << 20,
        Large = 2 * Part + 12_345; // three parts
    private static readonly ObjectStoreOptions Quick = new()
    {
        PartBytes = Part,
        Attempts = 4,
        Patience = TimeSpan.FromSeconds(2),
        MostPause = TimeSpan.FromMilliseconds(200),
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ObjectStoreOptions _options;
    private readonly FaultyProxy _proxy;
    private readonly ObjectAddress _address;
    private readonly ObjectStore _store;

    public StoreTests(ObjectStorage storage)
    {
        _proxy = storage.Begin();
        _options = Quick with { Endpoint = _proxy.Endpoint };
        _address = ObjectAddress.Parse(storage.NewAddress());
        _store = new ObjectStore(_address, _options);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task What_is_uploaded_comes_back(int bytes)
    {
        var (path, file) = Make(bytes);
        await _store.UploadAsync(Key, path, file, Cancellation);
        var found = await _store.DownloadAsync(Key, _folder["back"], file, Cancellation);
        Assert.Equal(bytes, found?.Bytes);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(_folder["back"]));
        Assert.Equal([Key], (await _store.ListAsync(_address, Cancellation)).Select(o => o.Key));
        Assert.Equal(bytes > Part ? 3 : 0, _proxy.Requests.Count(r => r.Has(Key) && r.Has("partNumber")));
        await _store.DeleteAsync(Key, Cancellation);
        Assert.Null(await _store.FindAsync(Key, Cancellation));
        Assert.Null(await _store.ReadAsync(Key, Cancellation));
        Assert.Null(await _store.DownloadAsync(Key, _folder["none"], null, Cancellation));
        Assert.False(File.Exists(_folder["none"]));
    }

    [Theory]
    [InlineData(nameof(Fault.CutBefore))]
    [InlineData(nameof(Fault.CutAnswer))]
    [InlineData(nameof(Fault.Stall))]
    [InlineData(nameof(Fault.Busy))]
    [InlineData(nameof(Fault.SpoilAnswer))]
    public async Task A_download_outlives_a_fault(string fault)
    {
        var (path, file) = Make(Large);
        await _store.UploadAsync(Key, path, file, Cancellation);
        int before = _proxy.FaultsMade;
        _proxy.Strike(Enum.Parse<Fault>(fault), 2, r => r.IsDownload);
        await _store.DownloadAsync(Key, _folder["back"], file, Cancellation);
        Assert.Equal(2, _proxy.FaultsMade - before);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(_folder["back"]));
    }

    [Theory]
    [InlineData(nameof(Fault.CutBefore), Small)]
    [InlineData(nameof(Fault.CutAnswer), Small)]
    [InlineData(nameof(Fault.Busy), Small)]
    [InlineData(nameof(Fault.SpoilRequest), Small)]
    [InlineData(nameof(Fault.CutBefore), Large)]
    [InlineData(nameof(Fault.Busy), Large)]
    [InlineData(nameof(Fault.SpoilRequest), Large)]
    public async Task An_upload_outlives_a_fault(string fault, int bytes)
    {
        var (path, file) = Make(bytes);
        int before = _proxy.FaultsMade;
        _proxy.Strike(Enum.Parse<Fault>(fault), 2, r => r.IsUpload);
        await _store.UploadAsync(Key, path, file, Cancellation);
        Assert.Equal(2, _proxy.FaultsMade - before);
        await _store.DownloadAsync(Key, _folder["back"], file, Cancellation);
    }

    [Fact]
    public async Task An_upload_in_parts_that_fails_leaves_no_object_and_no_parts()
    {
        var (path, file) = Make(Large);
        _proxy.Faults = r => r.Has("partNumber=2") ? Fault.Busy : Fault.None;
        await Assert.ThrowsAsync<ObjectStoreException>(() => _store.UploadAsync(Key, path, file, Cancellation));
        Assert.Null(await _store.FindAsync(Key, Cancellation));
        Assert.Contains(_proxy.Requests, r => r.Method == "DELETE" && r.Has(Key) && r.Has("uploadId"));
    }

    [Fact]
    public async Task What_is_damaged_in_the_store_is_refused_and_leaves_no_file()
    {
        var (path, file) = Make(Small);
        await _store.UploadAsync(Key, path, file, Cancellation);
        _proxy.Faults = r => r.IsDownload ? Fault.SpoilAnswer : Fault.None;
        var error = await Assert.ThrowsAsync<DamagedObjectException>(() => _store.DownloadAsync(Key, _folder["back"], null, Cancellation));
        Assert.Contains(file.Sha256, error.Message, StringComparison.Ordinal);
        Assert.Equal(["file"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_list_outlives_an_answer_that_is_cut()
    {
        var (path, file) = Make(Small);
        await _store.UploadAsync(Key, path, file, Cancellation);
        _proxy.Strike(Fault.CutAnswer, 2, r => r.Has("list-type"));
        Assert.Equal([Key], (await _store.ListAsync(_address, Cancellation)).Select(o => o.Key));
    }

    [Fact]
    public async Task A_write_keeps_its_condition_also_where_the_answer_to_it_is_lost()
    {
        _proxy.Strike(Fault.CutAnswer, 1, r => r.IsUpload);
        Assert.True(await _store.TryWriteAsync(Key, "one"u8.ToArray(), WriteCondition.IsNew, Cancellation));
        Assert.False(await _store.TryWriteAsync(Key, "two"u8.ToArray(), WriteCondition.IsNew, Cancellation));
        var (found, content) = Assert.NotNull(await _store.ReadAsync(Key, Cancellation));
        Assert.Equal("one"u8.ToArray(), content);
        Assert.True(await _store.TryWriteAsync(Key, "three"u8.ToArray(), WriteCondition.IsStill(found), Cancellation));
        Assert.False(await _store.TryWriteAsync(Key, "four"u8.ToArray(), WriteCondition.IsStill(found), Cancellation));
    }

    [Theory]
    [InlineData(nameof(Fault.Expired), "credentials have expired")]
    [InlineData(nameof(Fault.Denied), "access is denied")]
    public async Task A_refusal_says_what_to_do(string fault, string said)
    {
        _proxy.Faults = _ => Enum.Parse<Fault>(fault);
        var error = await Assert.ThrowsAsync<BadInputException>(() => _store.RequireAsync(Cancellation));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(S3Server.Secret, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_and_a_server_that_does_not_answer_are_bad_input()
    {
        using var nowhere = new ObjectStore(ObjectAddress.Parse("s3://no-such-bucket/x"), _options);
        Assert.Contains(
            "there is no bucket 'no-such-bucket'",
            (await Assert.ThrowsAsync<BadInputException>(() => nowhere.RequireAsync(Cancellation))).Message,
            StringComparison.Ordinal
        );
        using var silent = new ObjectStore(_address, Quick with { Endpoint = $"http://127.0.0.1:{FreePorts.Free()}", Attempts = 1 });
        Assert.Contains(
            "cannot be reached",
            (await Assert.ThrowsAsync<BadInputException>(() => silent.RequireAsync(Cancellation))).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private string Key => _address.KeyOf("object");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private (string Path, ManifestFile File) Make(int bytes)
    {
        byte[] content = new byte[bytes];
        new Random(20).NextBytes(content);
        File.WriteAllBytes(_folder["file"], content);
        return (_folder["file"], new ManifestFile("file", bytes, Convert.ToHexStringLower(SHA256.HashData(content))));
    }
}
