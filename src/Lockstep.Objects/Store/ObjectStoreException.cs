namespace Lockstep.Objects.Store;

/// <summary>Object storage did not do what it was asked for, after every attempt; asked again later it may.</summary>
public class ObjectStoreException(string message, Exception? inner = null) : Exception(message, inner);
