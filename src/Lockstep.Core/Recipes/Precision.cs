namespace Lockstep.Core.Recipes;

/// <summary>
/// What numbers the arithmetic of a step is made of. Weights, the sums of gradients over replicas, and updates are fp32 in all.
/// </summary>
public enum Precision
{
    /// <summary>Numbers of 32 bits.</summary>
    Fp32,

    /// <summary>
    /// fp32 whose products are made of 10 bits of mantissa, where a GPU can; a CPU has no such products and computes fp32.
    /// </summary>
    Tf32,

    /// <summary>bf16: activations, their gradients, and a rounding of the weights, with sums inside an operation in fp32.</summary>
    Bf16,
}
