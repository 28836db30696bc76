namespace Lockstep.Torch.Memory;

/// <summary>How a tensor of samples x channels x height x width lies in memory.</summary>
internal enum MemoryLayout
{
    /// <summary>Map after map (NCHW).</summary>
    Maps,

    /// <summary>Pixel after pixel, the channels of one side by side (channels last).</summary>
    Pixels,

    /// <summary>With gaps, or in another order.</summary>
    Other,
}
