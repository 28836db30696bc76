namespace Lockstep.Core.Collectives;

/// <summary>What a tensor that travels or is saved is made of. Sums are made of fp32 and bf16 alone.</summary>
public enum ElementType
{
    Byte,
    Float32,
    BFloat16,
    Float16,
    Float64,
    Int8,
    Int16,
    Int32,
    Int64,
    Bool,
}

public static class ElementTypes
{
    /// <summary>Size of one element in bytes.</summary>
    public static int Size(this ElementType type) =>
        type switch
        {
            ElementType.Byte or ElementType.Int8 or ElementType.Bool => 1,
            ElementType.BFloat16 or ElementType.Float16 or ElementType.Int16 => 2,
            ElementType.Float64 or ElementType.Int64 => 8,
            _ => 4,
        };
}
