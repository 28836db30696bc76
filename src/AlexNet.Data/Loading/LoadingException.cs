namespace AlexNet.Data.Loading;

/// <summary>A batch could not be loaded; says which step and which sample.</summary>
public sealed class LoadingException(string message, Exception inner) : Exception(message, inner);
