namespace Lockstep.Core.Collectives;

/// <summary>What a tensor that travels is made of.</summary>
public enum ElementType
{
    Byte,
    Float32,
    BFloat16,
}

public static class ElementTypes
{
    /// <summary>Size of one element in bytes.</summary>
    public static int Size(this ElementType type) =>
        type switch
        {
            ElementType.Byte => 1,
            ElementType.BFloat16 => 2,
            _ => 4,
        };
}
