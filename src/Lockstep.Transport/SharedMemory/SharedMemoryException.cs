namespace Lockstep.Transport.SharedMemory;

/// <summary>Shared memory is not to be had; the message says where, how much, and what to do.</summary>
public sealed class SharedMemoryException(string message, Exception? inner = null) : Exception(message, inner);
