using static TorchSharp.torch;

namespace Lockstep.Torch.Memory;

internal static class MemoryLayouts
{
    /// <summary>How a tensor of four dimensions lies.</summary>
    public static MemoryLayout Layout(this Tensor tensor)
    {
        if (tensor.is_contiguous())
            return MemoryLayout.Maps;
        using var pixels = tensor.permute(0, 2, 3, 1);
        return pixels.is_contiguous() ? MemoryLayout.Pixels : MemoryLayout.Other;
    }

    /// <summary>The same values in this layout; shares the memory of a tensor that has it already.</summary>
    public static Tensor In(this Tensor tensor, MemoryLayout layout)
    {
        if (layout == MemoryLayout.Maps)
            return tensor.contiguous();
        using var scope = NewDisposeScope();
        return tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
