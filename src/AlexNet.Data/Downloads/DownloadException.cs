namespace AlexNet.Data.Downloads;

/// <summary>A file could not be downloaded; says which, from where, and why.</summary>
public sealed class DownloadException(string message, Exception? inner = null) : Exception(message, inner);
