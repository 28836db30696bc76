using AlexNet.Data.Packed;
using Lockstep.Core.Errors;
using Lockstep.Objects;
using Lockstep.Objects.Caching;
using Lockstep.Objects.Store;
using Lockstep.Storage.Files;

namespace AlexNet.Data.Packing;

/// <summary>
/// Where a packed set goes: a directory, or object storage. For the latter each shard is written into a directory of this machine's cache,
/// uploaded and deleted, so that the set need not have room here.
/// </summary>
internal sealed class PackTarget : IDisposable
{
    private readonly ObjectAddress? _address;
    private readonly ObjectStore? _store;

    /// <exception cref="BadInputException">It is a packed set already, or the store cannot be used.</exception>
    public PackTarget(string target)
    {
        if (!ObjectAddress.Is(target))
        {
            Directory = target;
            Refuse(target, PackIndex.IsIn(target));
            return;
        }

        _address = ObjectAddress.Parse(target);
        _store = new ObjectStore(_address);
        _store.RequireAsync().GetAwaiter().GetResult();
        Refuse(target, _store.FindAsync(_address.KeyOf(PackIndex.FileName)).GetAwaiter().GetResult() is not null);
        Directory = Path.Combine(CacheFolder.Root, "packing", Guid.NewGuid().ToString("N"));
    }

    /// <summary>Where files are written.</summary>
    public string Directory { get; }

    /// <summary>A shard has been written.</summary>
    /// <exception cref="ObjectStoreException">It cannot be uploaded.</exception>
    public void Take(ManifestFile shard)
    {
        if (_store is null || _address is null)
            return;
        string path = Path.Combine(Directory, shard.Name);
        _store.UploadAsync(_address.KeyOf(shard.Name), path, shard).GetAwaiter().GetResult();
        File.Delete(path);
    }

    /// <summary>All shards are there: the index makes them a set.</summary>
    /// <exception cref="BadInputException">Another set has come there meanwhile.</exception>
    public void Finish(PackIndex index)
    {
        if (_store is null || _address is null)
        {
            DurableFile.Write(Path.Combine(Directory, PackIndex.FileName), index.Write);
            return;
        }

        using var content = new MemoryStream();
        index.Write(content);
        string key = _address.KeyOf(PackIndex.FileName);
        Refuse($"{_address}", !_store.TryWriteAsync(key, content.ToArray(), WriteCondition.IsNew).GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        _store?.Dispose();
        if (_store is not null && System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static void Refuse(string name, bool isPacked)
    {
        if (isPacked)
            throw new BadInputException($"'{name}' is a packed set already; pack image files into another directory, or remove it.");
    }
}
