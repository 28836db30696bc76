using System.Collections.Concurrent;
using Lockstep.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Data.Archives;

/// <summary>
/// Archives that stay open, so that the system reads ahead in them; every member may be called from several threads at once.
/// </summary>
/// <param name="open">Opens the archive of a path; by default the file of this path.</param>
/// <param name="most">Archives that are open at a time; the one that was opened first is closed for another.</param>
internal sealed class OpenArchives(Func<string, SafeFileHandle>? open = null, int most = int.MaxValue)
{
    private readonly ConcurrentDictionary<string, Lazy<SafeFileHandle>> _files = new();
    private readonly ConcurrentQueue<string> _order = new();
    private readonly Func<string, SafeFileHandle> _open = open ?? InputFile.OpenHandle;

    /// <summary>The open file of this path. Where more are opened than may be, reading it may meet its end: then it is asked for
    /// again.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SafeFileHandle this[string path]
    {
        get
        {
            var handle = _files.GetOrAdd(path, p => new(() => Opened(p), LazyThreadSafetyMode.ExecutionAndPublication)).Value;
            while (_order.Count > most && _order.TryDequeue(out string? first))
            {
                if (_files.TryRemove(first, out var closed))
                    closed.Value.Dispose();
            }

            return handle;
        }
    }

    /// <summary>Forgets an attempt that has failed, so that the next one opens it anew.</summary>
    private SafeFileHandle Opened(string path)
    {
        try
        {
            var handle = _open(path);
            _order.Enqueue(path);
            return handle;
        }
        catch
        {
            _files.TryRemove(path, out _);
            throw;
        }
    }
}
