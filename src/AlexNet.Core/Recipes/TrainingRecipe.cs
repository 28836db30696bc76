namespace AlexNet.Core.Recipes;

/// <summary>How long and in what portions a run trains.</summary>
public sealed record TrainingRecipe
{
    /// <summary>The global batch: samples of one step over all replicas.</summary>
    public required int Batch { get; init; }

    /// <summary>Passes over the training data.</summary>
    public required int Epochs { get; init; }

    /// <summary>Ends the run after so many steps, should that come before the last epoch does.</summary>
    public long? Steps { get; init; }
}

/// <summary>Placement: how many workers, and what each holds.</summary>
public sealed record LayoutRecipe
{
    /// <summary>Workers that together hold one whole net; a divisor of the net's towers.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Copies of the net, each training on its part of the global batch.</summary>
    public int Replicas { get; init; } = 1;
}
