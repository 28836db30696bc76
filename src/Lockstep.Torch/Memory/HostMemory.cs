using Lockstep.Core.Collectives;
using Lockstep.Torch.Calls;
using static TorchSharp.torch;

namespace Lockstep.Torch.Memory;

/// <summary>Lends a tensor's memory to a transport, and a transport's memory to a tensor.</summary>
public static class HostMemory
{
    /// <summary>The memory of a contiguous CPU tensor; the tensor must outlive its use.</summary>
    /// <exception cref="ArgumentException">The tensor is elsewhere, has gaps, or has an element type that does not travel.</exception>
    public static unsafe TensorMemory Of(Tensor tensor)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException(
                $"the tensor is on {tensor.device} and contiguous: {tensor.is_contiguous()}; copy it to contiguous CPU memory first.",
                nameof(tensor)
            );
        }

        fixed (byte* address = tensor.bytes)
            return new TensorMemory((nint)address, tensor.numel(), ElementOf(tensor.dtype));
    }

    /// <summary>The same as bytes, which travel whatever they mean.</summary>
    /// <exception cref="ArgumentException">The tensor is elsewhere, or has gaps.</exception>
    public static TensorMemory BytesOf(Tensor tensor)
    {
        var memory = Of(tensor);
        return new TensorMemory(memory.Address, memory.Bytes, ElementType.Byte);
    }

    /// <summary>What a tensor's elements are to a transport.</summary>
    /// <exception cref="ArgumentException">They do not travel.</exception>
    public static ElementType ElementOf(ScalarType type) =>
        type switch
        {
            ScalarType.Float32 => ElementType.Float32,
            ScalarType.BFloat16 => ElementType.BFloat16,
            ScalarType.Byte => ElementType.Byte,
            ScalarType.Float16 => ElementType.Float16,
            ScalarType.Float64 => ElementType.Float64,
            ScalarType.Int8 => ElementType.Int8,
            ScalarType.Int16 => ElementType.Int16,
            ScalarType.Int32 => ElementType.Int32,
            ScalarType.Int64 => ElementType.Int64,
            ScalarType.Bool => ElementType.Bool,
            _ => throw new ArgumentException($"elements of type {type} cannot be sent; convert them to fp32 first.", nameof(type)),
        };

    /// <summary>
    /// Writes bytes into a contiguous CPU tensor of as many, on all threads of the arithmetic: a large batch for a GPU takes one thread too
    /// long.
    /// </summary>
    public static unsafe void Fill(Tensor target, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        fixed (byte* address = bytes)
        {
            using var guard = no_grad();
            using var source = View(new TensorMemory((nint)address, bytes.Length, ElementType.Byte));
            using var flat = target.view(-1);
            flat.copy_(source);
        }
    }

    /// <summary>A CPU tensor of one dimension whose elements lie in this memory, which must outlive it and all its views.</summary>
    public static Tensor View(TensorMemory memory) =>
        AtenInterface.FromBlob(
            memory.Address,
            memory.Count,
            memory.Type switch
            {
                ElementType.Float32 => ScalarType.Float32,
                ElementType.BFloat16 => ScalarType.BFloat16,
                ElementType.Byte => ScalarType.Byte,
                _ => throw new ArgumentException($"elements of type {memory.Type} are not lent to tensors.", nameof(memory)),
            }
        );
}
