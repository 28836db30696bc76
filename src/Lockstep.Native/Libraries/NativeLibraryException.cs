namespace Lockstep.Native.Libraries;

/// <summary>A native library cannot be used here. The message says which, what was found, what is required and what to do.</summary>
public sealed class NativeLibraryException(string message, Exception? inner = null) : Exception(message, inner);
