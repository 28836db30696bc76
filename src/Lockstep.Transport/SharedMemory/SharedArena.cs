using Lockstep.Core.Collectives;

namespace Lockstep.Transport.SharedMemory;

/// <summary>The blocks of this process, over all generations.</summary>
/// <param name="mostBytes">The most bytes of one piece.</param>
internal sealed class SharedArena(long mostBytes)
{
    private readonly Lock _gate = new();
    private readonly List<SharedMemoryBlock> _blocks = [];
    private long _lastId;

    public long MostBytes => mostBytes;

    /// <summary>The blocks that peers can map.</summary>
    public SharedMemoryBlock[] Shared
    {
        get
        {
            lock (_gate)
            {
                return [.. _blocks];
            }
        }
    }

    public SharedMemoryBlock Allocate(long bytes, bool shared)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        long id = Interlocked.Increment(ref _lastId);
        SharedMemoryBlock block = new(
            this,
            id,
            bytes,
            shared && OperatingSystem.IsLinux() ? SharedFile.Reserve(bytes, "gradients", mostBytes) : null
        );
        if (shared)
        {
            lock (_gate)
            {
                _blocks.Add(block);
            }
        }

        return block;
    }

    /// <summary>The block that memory lies in, or null.</summary>
    public SharedMemoryBlock? Find(TensorMemory memory)
    {
        lock (_gate)
        {
            return _blocks.Find(b => b.Contains(memory));
        }
    }

    public void Remove(SharedMemoryBlock block)
    {
        lock (_gate)
        {
            _blocks.Remove(block);
        }
    }
}
