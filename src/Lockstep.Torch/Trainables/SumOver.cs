namespace Lockstep.Torch.Trainables;

/// <summary>Over which workers the gradients of a group are summed.</summary>
public enum SumOver
{
    /// <summary>They are complete when the pass has ended.</summary>
    Nobody,

    /// <summary>The holders of the same shard, one in each replica.</summary>
    SameShard,

    /// <summary>All workers: each holds these parameters, and has samples of its own for them.</summary>
    All,
}
