using Lockstep.Core.Collectives;
using Lockstep.Torch.Calls;
using static TorchSharp.torch;

namespace Lockstep.Torch.Memory;

/// <summary>Lends a tensor's memory to a transport, wherever it is.</summary>
public static class LentMemory
{
    /// <summary>The memory of a contiguous tensor; the tensor must outlive its use.</summary>
    /// <exception cref="ArgumentException">It has gaps, or an element type that does not travel.</exception>
    public static TensorMemory Of(Tensor tensor)
    {
        if (tensor.device_type == TorchSharp.DeviceType.CPU)
            return HostMemory.Of(tensor);
        if (!tensor.is_contiguous())
            throw new ArgumentException("the tensor has gaps; make it contiguous first.", nameof(tensor));
        return new TensorMemory(
            tensor.numel() == 0 ? 0 : AtenInterface.DataOf(tensor),
            tensor.numel(),
            HostMemory.ElementOf(tensor.dtype),
            tensor.device_index
        );
    }
}
