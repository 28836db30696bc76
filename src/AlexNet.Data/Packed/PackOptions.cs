using AlexNet.Data.Packing;

namespace AlexNet.Data.Packed;

/// <summary>How <see cref="Packer"/> packs.</summary>
public sealed record PackOptions
{
    /// <summary>Pixels of the shortest side; pictures that are no larger stay as they are.</summary>
    public int Size { get; init; } = 256;

    /// <summary>Quality of the JPEGs that are made, 1 to 100.</summary>
    public int Quality { get; init; } = 95;

    /// <summary>A list of files to leave out, or null.</summary>
    public string? Skip { get; init; }

    /// <summary>Bytes after which a shard is full.</summary>
    public long ShardBytes { get; init; } = 256 << 20;
}
