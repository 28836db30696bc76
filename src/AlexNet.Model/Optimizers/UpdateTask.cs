namespace AlexNet.Model.Optimizers;

/// <summary>Parameters on the CPU that are changed in one pass over their memory, in blocks that threads take.</summary>
internal unsafe struct UpdateTask
{
    /// <summary>Elements of one block: what is read and written of it fits the second-level cache.</summary>
    public const int BlockElements = 1 << 14;

    public UpdateTarget* Targets;

    /// <summary>For each block, its parameter and its place in it.</summary>
    public UpdateBlock* Blocks;
}

/// <summary>A part of a parameter.</summary>
internal readonly record struct UpdateBlock(int Target, long Start, int Count);

/// <summary>Where a parameter and what belongs to it lies.</summary>
internal unsafe struct UpdateTarget
{
    public UpdateConstants Constants;

    public float* Value, First, Second;

    /// <summary>Where the values are rounded to for the layers, bf16; null where layers work with the values themselves.</summary>
    public byte* Rounded;

    public byte* Gradient;

    /// <summary>The gradient is bf16.</summary>
    public bool IsGradientRounded;
}
