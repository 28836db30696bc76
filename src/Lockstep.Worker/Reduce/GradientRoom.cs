using Lockstep.Core.Collectives;
using Lockstep.Torch.Calls;
using Lockstep.Torch.Memory;
using Lockstep.Transport.SharedMemory;
using static TorchSharp.torch;

namespace Lockstep.Worker.Reduce;

/// <summary>
/// Where gradients lie while they travel: on the GPU where the transport takes them from there; otherwise in host memory in which workers
/// of this host can sum them in place, locked where it is copied from and to a GPU.
/// </summary>
internal sealed class GradientRoom : IDisposable
{
    private readonly SharedMemoryBlock? _block;
    private readonly PageLock? _lock;

    /// <param name="elements">The number of elements.</param>
    /// <param name="type">The type of each.</param>
    /// <param name="device">Where gradients are made.</param>
    /// <param name="members">The workers that take part in the sum.</param>
    /// <param name="allocate">Makes zeroed host memory of so many bytes.</param>
    public GradientRoom(long elements, ElementType type, Device device, ICollectives members, Func<long, SharedMemoryBlock> allocate)
    {
        bool isGpu = device.type != TorchSharp.DeviceType.CPU;
        if (isGpu && members.TakesDevice)
        {
            Tensor = zeros(elements, dtype: type == ElementType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32, device: device)
                .DetachFromDisposeScope();
            Memory = LentMemory.Of(Tensor);
            return;
        }
        _block = allocate(elements * type.Size());
        Memory = _block.Memory(type).Slice(0, elements);
        _lock = isGpu ? new PageLock(Memory.Address, Memory.Bytes) : null;
        Tensor = HostMemory.View(Memory).DetachFromDisposeScope();
    }

    /// <summary>All elements.</summary>
    public TensorMemory Memory { get; }

    /// <summary>The same as a tensor of one dimension.</summary>
    public Tensor Tensor { get; }

    public void Dispose()
    {
        Tensor.Dispose();
        _lock?.Dispose();
        _block?.Dispose();
    }
}
