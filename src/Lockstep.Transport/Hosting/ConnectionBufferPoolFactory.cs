using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Lockstep.Transport.Hosting;

/// <summary>Gives the server its pool.</summary>
internal sealed class ConnectionBufferPoolFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ConnectionBufferPool();
}
