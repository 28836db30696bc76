namespace Lockstep.Objects.Store;

/// <summary>When an object may be written.</summary>
/// <param name="Version">The version that must be there; null where none may be.</param>
public sealed record WriteCondition(string? Version)
{
    /// <summary>There is no object of this key yet.</summary>
    public static WriteCondition IsNew { get; } = new((string?)null);

    /// <summary>The object is still the one that was read.</summary>
    public static WriteCondition IsStill(StoredObject found) => new(found.Version);
}
