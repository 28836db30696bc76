namespace Lockstep.Core.Collectives;

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

    /// <summary>Weights and optimiser state for a worker that has none.</summary>
    State = 7,

    /// <summary>What an update must know of all shards of a replica, such as the norms of whole layers.</summary>
    Measure = 8,

    /// <summary>Bytes that measure how fast they travel.</summary>
    Probe = 9,

    /// <summary>What the members of a group must tell each other before another transport links them.</summary>
    Link = 10,

    /// <summary>An operation of a program's own group of processes.</summary>
    Group = 11,

    /// <summary>What layers that see all replicas' samples must know of them, in the middle of a pass.</summary>
    Statistics = 12,

    /// <summary>What another worker keeps of this one's part of the net: its state, and the gradients of each step.</summary>
    Keep = 13,
}

/// <summary>
/// Names one collective operation of a generation: no two operations of a generation have the same name.
/// </summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Step">
/// The step it belongs to, counted from 0; for an evaluation, the number of the batch counted over the run; for a group's, its number.
/// </param>
/// <param name="Point">The layer, bucket or other place within the step.</param>
public readonly record struct Operation(OperationKind Kind, long Step, int Point = 0)
{
    private bool HasPlaces => Point != 0 || Kind is OperationKind.Forward or OperationKind.Backward;

    private bool IsOfAStep => Kind is not (OperationKind.Evaluate or OperationKind.Result or OperationKind.Probe or OperationKind.Link);

    /// <summary>For people, who count steps from 1: "reduce 2 of step 42".</summary>
    public override string ToString()
    {
        if (Kind == OperationKind.Group)
            return $"group operation {Step + 1}";
        string kind = Kind.ToString().ToLowerInvariant();
        return (HasPlaces ? $"{kind} {Point}" : kind) + (IsOfAStep ? $" of step {Step + 1}" : $" of batch {Step + 1}");
    }
}
