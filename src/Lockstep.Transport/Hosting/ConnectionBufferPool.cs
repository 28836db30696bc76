using System.Buffers;
using System.Collections.Concurrent;

namespace Lockstep.Transport.Hosting;

/// <summary>
/// Buffers for the server's sockets. The server's own pool cuts memory into blocks of 4 KiB and receives one block with each system call;
/// larger blocks take a fraction of the calls. Blocks are kept for reuse, as many as were needed at a time.
/// </summary>
internal sealed class ConnectionBufferPool : MemoryPool<byte>
{
    /// <summary>Length of a block, in bytes.</summary>
    public const int BlockBytes = 64 * 1024;

    private readonly ConcurrentQueue<Block> _free = [];

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        return _free.TryDequeue(out var block) ? block : new Block(this);
    }

    protected override void Dispose(bool disposing) => _free.Clear();

    private sealed class Block(ConnectionBufferPool pool) : IMemoryOwner<byte>
    {
        // Pinned for good: a block spends most of its life in a system call.
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool._free.Enqueue(this);
    }
}
