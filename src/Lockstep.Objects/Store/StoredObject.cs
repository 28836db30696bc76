namespace Lockstep.Objects.Store;

/// <summary>An object, as the store lists it.</summary>
/// <param name="Key">Its key in the bucket.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Version">Changes with its content (the store's entity tag).</param>
/// <param name="Written">When it was written, by the store's clock.</param>
public sealed record StoredObject(string Key, long Bytes, string Version, DateTimeOffset Written)
{
    /// <summary>Hex SHA-256 of its content, where whoever wrote it has said that, and the object itself was asked for.</summary>
    public string? Sha256 { get; init; }
}
