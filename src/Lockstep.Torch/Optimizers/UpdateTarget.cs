namespace Lockstep.Torch.Optimizers;

/// <summary>Where a parameter on the CPU and what belongs to it lies, all of one length.</summary>
internal unsafe struct UpdateTarget
{
    /// <summary>Elements that a thread takes at a time: what is read and written of them fits the second-level cache.</summary>
    public const int BlockElements = 1 << 14;

    public UpdateConstants Constants;

    public float* Value,
        First,
        Second;

    /// <summary>Where the values are rounded to for the layers, bf16; null where layers work with the values themselves.</summary>
    public byte* Rounded;

    public byte* Gradient;

    /// <summary>The gradient is bf16.</summary>
    public bool IsGradientRounded;
}
