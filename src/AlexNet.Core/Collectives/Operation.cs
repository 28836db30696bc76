namespace AlexNet.Core.Collectives;

/// <summary>What a message between workers belongs to.</summary>
public enum OperationKind
{
    /// <summary>Decoded samples, shared by the workers of a replica.</summary>
    Batch = 0,

    /// <summary>All-gather of activations before a layer that sees all towers, and of the logits.</summary>
    Forward = 1,

    /// <summary>Reduce-scatter of the gradients of those activations.</summary>
    Backward = 2,

    /// <summary>Sum of gradients over replicas.</summary>
    Reduce = 3,

    /// <summary>The commit vote of a step.</summary>
    Vote = 4,

    /// <summary>Activations and logits of an evaluation.</summary>
    Evaluate = 5,

    /// <summary>Results of an evaluation.</summary>
    Result = 6,

    /// <summary>All workers of the plan have come this far.</summary>
    Barrier = 7,

    /// <summary>Weights and optimiser state for a worker that has none.</summary>
    State = 8,
}

/// <summary>
/// Names one collective operation of a generation: no two operations of a generation have the same name.
/// </summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Step">The step it belongs to; for an evaluation, the number of the batch counted over the run.</param>
/// <param name="Point">The layer, bucket or other place within the step.</param>
public readonly record struct Operation(OperationKind Kind, long Step, int Point = 0)
{
    public override string ToString() => Point == 0 && Kind is not (OperationKind.Forward or OperationKind.Backward)
        ? $"{Kind.ToString().ToLowerInvariant()} of step {Step}"
        : $"{Kind.ToString().ToLowerInvariant()} {Point} of step {Step}";
}
