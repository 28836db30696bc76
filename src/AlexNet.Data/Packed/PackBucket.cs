using Lockstep.Core.Errors;
using Lockstep.Core.Sampling;
using Lockstep.Objects;
using Lockstep.Objects.Caching;
using Lockstep.Objects.Store;
using Lockstep.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Data.Packed;

/// <summary>
/// A packed set in object storage. Shards are downloaded whole into this machine's cache, compared with the hashes of the index, and read
/// from there.
/// </summary>
internal sealed class PackBucket : IPackFiles
{
    /// <summary>The window that is read, and the one that is read ahead.</summary>
    private const int Windows = 2;

    private readonly ObjectAddress _address;
    private readonly ObjectStore _store;
    private readonly long _mostBytes;
    private readonly ObjectCache _cache;
    private readonly Lazy<IReadOnlyDictionary<string, long>> _lengths;

    /// <exception cref="BadInputException">The address or the size of the cache is wrong, or the store cannot be used.</exception>
    public PackBucket(string address)
    {
        (_address, _mostBytes) = (ObjectAddress.Parse(address), CacheFolder.MostBytes);
        _store = new ObjectStore(_address);
        _cache = new ObjectCache(Path.Combine(CacheFolder.Root, "objects"), _mostBytes);
        _lengths = new(() =>
            _store.ListAsync(_address).GetAwaiter().GetResult().ToDictionary(o => o.Key, o => o.Bytes, StringComparer.Ordinal)
        );
    }

    public string Name => _address.ToString();

    public int MostOpen => Windows * ShardOrder.WindowShards;

    /// <summary>Whether there is an index, and so a whole set.</summary>
    public bool HasIndex => LengthOf(PackIndex.FileName) is not null;

    /// <summary>Makes sure that the bucket answers.</summary>
    /// <exception cref="BadInputException">It does not; says why.</exception>
    public void Require() => _store.RequireAsync().GetAwaiter().GetResult();

    public Stream OpenIndex() =>
        _store.ReadAsync(_address.KeyOf(PackIndex.FileName)).GetAwaiter().GetResult() is var (_, content)
            ? new MemoryStream(content)
            : throw new FileNotFoundException($"there is no object '{_address.Child(PackIndex.FileName)}'");

    public long? LengthOf(string file) => _lengths.Value.TryGetValue(_address.KeyOf(file), out long bytes) ? bytes : null;

    public SafeFileHandle Open(PackShard shard) => _cache.Open(_store, _address.KeyOf(shard.File), FileOf(shard));

    public void ReadAhead(PackShard shard)
    {
        try
        {
            _cache.Require(_store, _address.KeyOf(shard.File), FileOf(shard));
        }
        catch (Exception e) when (e is ObjectStoreException or BadInputException or IOException or UnauthorizedAccessException)
        {
            // whoever wants a picture of it meets the same error, and can say which
        }
    }

    public void RequireRoom(IReadOnlyList<PackShard> shards)
    {
        long needed = shards.Select(s => s.Bytes).OrderDescending().Take(MostOpen).Sum();
        if (needed > _mostBytes)
        {
            throw new BadInputException(
                FormattableString.Invariant(
                    $"packed set '{Name}': its {MostOpen} largest shards have {needed / 1e9:0.###} GB, which must lie in the cache at the "
                )
                    + FormattableString.Invariant($"same time, and {ObjectVariables.CacheGigabytes} allows {_mostBytes / 1e9:0.###}; ")
                    + "allow more, or pack the set again with a smaller --shard-mb."
            );
        }
    }

    private static ManifestFile FileOf(PackShard shard) => new(shard.File, shard.Bytes, shard.Sha256);
}
