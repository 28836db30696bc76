using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Transport.Mesh;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// Memory for tensors that peers of the host may read and write where it is, as far as an operation lends it to them; made by
/// <see cref="PeerMesh.Allocate"/>. It belongs to the process, not to a generation: later meshes use it too. Begins on a page and is zero.
/// </summary>
public sealed class SharedMemoryBlock : IDisposable
{
    private readonly SharedArena _arena;
    private readonly SharedMapping? _mapping;
    private readonly SafeFileHandle? _file;
    private nint _private;

    internal SharedMemoryBlock(SharedArena arena, long id, long bytes, SafeFileHandle? file)
    {
        (_arena, Id, Bytes, _file) = (arena, id, bytes, file);
        if (file is not null && OperatingSystem.IsLinux())
        {
            _mapping = SharedMapping.Of(file, bytes);
        }
        else
        {
            _private = AllocatePrivate(bytes);
        }
    }

    /// <summary>Length in bytes.</summary>
    public long Bytes { get; }

    /// <summary>Where it begins in this process.</summary>
    public nint Address => _mapping?.Address ?? _private;

    /// <summary>Whether it can be shared; private where no peer shares the host.</summary>
    public bool IsShared => _file is not null;

    internal long Id { get; }

    internal SafeFileHandle? File => _file;

    /// <summary>All of it, as elements of this type.</summary>
    public TensorMemory Memory(ElementType type) => new(Address, Bytes / type.Size(), type);

    /// <summary>
    /// Gives it back; no tensor and no operation may use it any more. Peers keep what they have mapped until their link ends.
    /// </summary>
    public unsafe void Dispose()
    {
        _arena.Remove(this);
        _mapping?.Dispose();
        _file?.Dispose();
        nint address = Interlocked.Exchange(ref _private, 0);
        NativeMemory.AlignedFree((void*)address);
    }

    internal bool Contains(TensorMemory memory) =>
        memory.Address >= Address && memory.Address + (nint)memory.Bytes <= Address + (nint)Bytes;

    private static unsafe nint AllocatePrivate(long bytes)
    {
        nint address = (nint)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)Environment.SystemPageSize);
        NativeMemory.Clear((void*)address, (nuint)bytes);
        return address;
    }
}
