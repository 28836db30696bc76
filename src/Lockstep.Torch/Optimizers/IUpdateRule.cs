namespace Lockstep.Torch.Optimizers;

/// <summary>
/// How one element of a parameter changes, in vectors of any width; every element by the same sequence of exactly rounded operations.
/// </summary>
internal unsafe interface IUpdateRule
{
    /// <summary>Changes <paramref name="count"/> elements.</summary>
    /// <param name="constants">The constants of this update and parameter.</param>
    /// <param name="value">The weights, which are read and written.</param>
    /// <param name="gradient">The gradient, which is only read.</param>
    /// <param name="first">What the optimiser remembers; read and written.</param>
    /// <param name="second">The same; null for an optimiser that remembers one number for each element.</param>
    /// <param name="count">The count of elements.</param>
    static abstract void Apply(in UpdateConstants constants, float* value, float* gradient, float* first, float* second, int count);
}
