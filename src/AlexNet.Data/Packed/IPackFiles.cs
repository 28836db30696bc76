using Microsoft.Win32.SafeHandles;

namespace AlexNet.Data.Packed;

/// <summary>Where the files of a packed set lie: in a directory, or in object storage.</summary>
internal interface IPackFiles
{
    /// <summary>The directory or the address, for messages.</summary>
    string Name { get; }

    /// <summary>Opens the index.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    Stream OpenIndex();

    /// <summary>The length of a file; null where there is none.</summary>
    long? LengthOf(string file);

    /// <summary>Opens a shard.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    SafeFileHandle Open(PackShard shard);

    /// <summary>Has a shard ready before its samples are wanted; whoever wants one of them meets an error again.</summary>
    void ReadAhead(PackShard shard);

    /// <summary>Shards that may be open at a time.</summary>
    int MostOpen { get; }

    /// <summary>Makes sure that these shards can be read window by window.</summary>
    /// <exception cref="Lockstep.Core.Errors.BadInputException">They cannot.</exception>
    void RequireRoom(IReadOnlyList<PackShard> shards);
}
