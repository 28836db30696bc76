using System.Collections.Concurrent;
using Lockstep.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Data.Archives;

/// <summary>
/// Archives that stay open, so that the system reads ahead in them; every member may be called from several threads at once.
/// </summary>
internal sealed class OpenArchives
{
    private readonly ConcurrentDictionary<string, Lazy<SafeFileHandle>> _files = new();

    /// <summary>The open file of this path.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SafeFileHandle this[string path] =>
        _files.GetOrAdd(path, p => new(() => InputFile.OpenHandle(p), LazyThreadSafetyMode.PublicationOnly)).Value;
}
