namespace Lockstep.Objects;

/// <summary>The variables that say how object storage is used; every process of a machine reads them.</summary>
public static class ObjectVariables
{
    /// <summary>false for a store of one's own that takes the bucket's name as a part of the host's.</summary>
    public const string PathStyle = "ALEXNET_S3_PATH_STYLE";

    /// <summary>The directory of the cache; <c>lockstep</c> in the user's cache directory by default.</summary>
    public const string CacheDirectory = "ALEXNET_CACHE_DIR";

    /// <summary>How large the cache of data may grow, in GB of 10^9 bytes.</summary>
    public const string CacheGigabytes = "ALEXNET_CACHE_GB";

    /// <summary>Seconds after which a run whose coordinator gives no sign of life may be led by another.</summary>
    public const string LeaseSeconds = "ALEXNET_LEASE_SECONDS";
}
