using AlexNet.Core.Collectives;
using AlexNet.Model.Native;
using static TorchSharp.torch;

namespace AlexNet.Model;

/// <summary>Lends a tensor's memory to a transport, and a transport's memory to a tensor.</summary>
public static class HostMemory
{
    /// <summary>The memory of a contiguous CPU tensor; the tensor must outlive its use.</summary>
    /// <exception cref="ArgumentException">The tensor is elsewhere, has gaps, or has an element type that does not travel.</exception>
    public static unsafe TensorMemory Of(Tensor tensor)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
            throw new ArgumentException($"the tensor is on {tensor.device} and contiguous: {tensor.is_contiguous()}; copy it to contiguous CPU memory first.", nameof(tensor));
        fixed (byte* address = tensor.bytes)
            return new TensorMemory((nint)address, tensor.numel(), ElementOf(tensor.dtype));
    }

    /// <summary>What a tensor's elements are to a transport.</summary>
    /// <exception cref="ArgumentException">They do not travel.</exception>
    internal static ElementType ElementOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => ElementType.Float32,
        ScalarType.BFloat16 => ElementType.BFloat16,
        ScalarType.Byte => ElementType.Byte,
        _ => throw new ArgumentException($"elements of type {type} do not travel; convert to fp32, bf16 or bytes first.", nameof(type)),
    };

    /// <summary>A CPU tensor of one dimension whose elements lie in this memory, which must outlive it and all its views.</summary>
    public static Tensor View(TensorMemory memory) => AtenInterface.FromBlob(memory.Address, memory.Count, memory.Type switch
    {
        ElementType.Float32 => ScalarType.Float32,
        ElementType.BFloat16 => ScalarType.BFloat16,
        _ => ScalarType.Byte,
    });
}
