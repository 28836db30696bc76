using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Packed;

/// <summary>
/// Has whole shards read from end to end before their samples are wanted: one thread, in the order of the epoch. Within a window samples
/// are read in any order, but by then they lie in a cache; a network file system or a bucket sees sequential reading only.
/// </summary>
internal sealed class ReadAhead
{
    private readonly PackShard[] _shards;
    private readonly int[] _ends;
    private readonly long _seed;
    private readonly Action<PackShard> _read;
    private readonly object _gate = new();
    private readonly Queue<PackShard> _wanted = new();
    private ShardOrder _order = ShardOrder.Natural(0);
    private int _epoch = -1,
        _begun = -1;
    private bool _isReading;

    /// <param name="shards">In the order of their samples' indices.</param>
    /// <param name="seed">The run's seed, which orders every epoch.</param>
    /// <param name="read">Has a shard ready.</param>
    public ReadAhead(IReadOnlyList<PackShard> shards, long seed, Action<PackShard> read)
    {
        (_shards, _read) = ([.. shards], read);
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
                    sample.Epoch > 0 ? ShardOrder.Of(_seed, sample.Epoch, _shards.Length) : ShardOrder.Natural(_shards.Length)
                );
            }

            int window = _order.WindowOf(shard);
            for (_begun = Math.Max(_begun, window - 1); _begun < Math.Min(window + 1, _order.Windows - 1); )
            {
                foreach (int next in _order.Window(++_begun))
                    _wanted.Enqueue(_shards[next]);
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
        while (Next() is { } shard)
            _read(shard);
    }

    private PackShard? Next()
    {
        lock (_gate)
        {
            _isReading = _wanted.TryDequeue(out var shard);
            return shard;
        }
    }
}
