namespace Lockstep.Objects.Store;

/// <summary>What lies in the bucket is not what was written there; asked again later it will be the same.</summary>
public sealed class DamagedObjectException(string message, Exception? inner = null) : ObjectStoreException(message, inner);
