using Lockstep.Core.Collectives;
using Lockstep.Torch.Calls;
using static TorchSharp.torch;

namespace Lockstep.Torch.Memory;

/// <summary>
/// Host memory in which tensors wait for a transport, or for a GPU. On the CPU a tensor is its own. For a GPU the memory is pinned, so that
/// it copies directly, and used again: whoever takes a place anew first waits for the GPU, which has then read what lay there.
/// </summary>
internal sealed class DeviceStaging
{
    private readonly List<Tensor> _places = []; // bytes, pinned

    /// <summary>
    /// This tensor's values, contiguous on the host. Waits until the GPU has written them, and so for all that it was given before.
    /// </summary>
    public Tensor Take(int place, Tensor tensor)
    {
        if (tensor.device_type == TorchSharp.DeviceType.CPU)
            return tensor.contiguous();
        var host = Place(place, tensor.shape, tensor.dtype);
        host.copy_(tensor.contiguous()); // in order there, where it is fast
        return host;
    }

    /// <summary>Room on the host for a tensor of the device's; anything may be in it.</summary>
    public Tensor Room(int place, long[] shape, ScalarType type, Device device) =>
        device.type == TorchSharp.DeviceType.CPU ? empty(shape, dtype: type) : Place(place, shape, type);

    /// <summary>The values on the device; the copy may still be under way when this returns.</summary>
    public static Tensor Send(Tensor host, Device device) =>
        device.type == TorchSharp.DeviceType.CPU ? host : host.to(device, non_blocking: true);

    private Tensor Place(int place, long[] shape, ScalarType type)
    {
        var wanted = new TensorMemory(0, shape.Aggregate(1L, (product, size) => product * size), HostMemory.ElementOf(type));
        while (_places.Count <= place)
            _places.Add(Pinned(1));
        if (_places[place].numel() < wanted.Bytes)
        {
            _places[place].Dispose();
            _places[place] = Pinned(wanted.Bytes);
        }
        return HostMemory.View(wanted with { Address = AtenInterface.DataOf(_places[place]) }).view(shape);
    }

    private static Tensor Pinned(long bytes)
    {
        using var pageable = empty(bytes, dtype: ScalarType.Byte);
        return pageable.pin_memory().DetachFromDisposeScope();
    }
}
