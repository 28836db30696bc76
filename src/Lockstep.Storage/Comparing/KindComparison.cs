namespace Lockstep.Storage.Comparing;

/// <summary>What two checkpoints of the same step hold of one kind.</summary>
/// <param name="Kind">Such as <c>weights</c>.</param>
/// <param name="State">How they compare.</param>
/// <param name="Tensors">The tensors, where they were read because the files' hashes are not all the same; otherwise null.</param>
public sealed record KindComparison(string Kind, KindState State, TensorComparison? Tensors = null)
{
    /// <summary>Whether every value is the same bit for bit.</summary>
    public bool IsEqual => State is KindState.SameFiles or KindState.SameTensors;
}
