using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Packed;

/// <summary>
/// Reads whole shards from end to end into the system's cache before their samples are wanted: one thread, large pieces, in the order of
/// the epoch. Within a window samples are read in any order, but by then they lie in memory; a network file system sees sequential reading
/// only.
/// </summary>
internal sealed class ReadAhead
{
    private const int PieceBytes = 4 << 20;

    private readonly string[] _paths;
    private readonly int[] _ends;
    private readonly long _seed;
    private readonly Action<string> _read;
    private readonly object _gate = new();
    private readonly Queue<string> _wanted = new();
    private ShardOrder _order = ShardOrder.Natural(0);
    private int _epoch = -1,
        _begun = -1;
    private bool _isReading;

    /// <param name="shards">Path and number of samples of each, in the order of their samples' indices.</param>
    /// <param name="seed">The run's seed, which orders every epoch.</param>
    /// <param name="read">Reads the file of this path; from end to end by default.</param>
    public ReadAhead(IReadOnlyList<(string Path, int Count)> shards, long seed, Action<string>? read = null)
    {
        (_paths, _read) = ([.. shards.Select(s => s.Path)], read ?? ReadWhole);
        _ends = new int[shards.Count];
        for (int i = 0, end = 0; i < _ends.Length; i++)
            _ends[i] = end += shards[i].Count;
        _seed = seed;
    }

    /// <summary>A sample is about to be read: its window and the next one are wanted now, where they are not yet.</summary>
    public void Reading(SampleKey sample)
    {
        int found = Array.BinarySearch(_ends, sample.Index + 1),
            shard = found >= 0 ? found : ~found;
        lock (_gate)
        {
            if (sample.Epoch != _epoch)
            {
                (_epoch, _begun, _order) = (
                    sample.Epoch,
                    -1,
                    sample.Epoch > 0 ? ShardOrder.Of(_seed, sample.Epoch, _paths.Length) : ShardOrder.Natural(_paths.Length)
                );
            }

            int window = _order.WindowOf(shard);
            for (_begun = Math.Max(_begun, window - 1); _begun < Math.Min(window + 1, _order.Windows - 1); )
            {
                foreach (int next in _order.Window(++_begun))
                    _wanted.Enqueue(_paths[next]);
            }

            if (_wanted.Count > 0 && !_isReading)
            {
                _isReading = true;
                new Thread(ReadWanted) { IsBackground = true, Name = "read-ahead" }.Start();
            }
        }
    }

    private void ReadWanted()
    {
        while (Next() is { } path)
            _read(path);
    }

    private static void ReadWhole(string path)
    {
        try
        {
            using var file = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                bufferSize: 0,
                FileOptions.SequentialScan
            );
            byte[] piece = GC.AllocateUninitializedArray<byte>(PieceBytes);
            while (file.Read(piece) > 0)
            {
                // what it says is of no interest here; that it was read is
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // whoever wants a picture of it meets the same error, and can say which
        }
    }

    private string? Next()
    {
        lock (_gate)
        {
            _isReading = _wanted.TryDequeue(out string? path);
            return path;
        }
    }
}
