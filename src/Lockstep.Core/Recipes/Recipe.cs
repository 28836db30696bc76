using System.Text.Json.Serialization;

namespace Lockstep.Core.Recipes;

/// <summary>
/// The file that describes a run: data, net, optimiser, schedule and layout. What a user writes; <see cref="RecipeReader"/> checks it.
/// </summary>
public sealed record Recipe
{
    /// <summary>The JSON schema for editors; ignored.</summary>
    [JsonPropertyName("$schema"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Schema { get; init; }

    /// <summary>Name by which `alexnet train` finds it.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>What was published as the result of this training; null where nothing was.</summary>
    public string? Published { get; init; }

    /// <summary>What the published training says, and what was chosen where it leaves a value open; sentences for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public required DataRecipe Data { get; init; }

    public required NetRecipe Net { get; init; }

    public required OptimizerRecipe Optimizer { get; init; }

    public ScheduleRecipe Schedule { get; init; } = new ConstantSchedule();

    public required TrainingRecipe Training { get; init; }

    public LayoutRecipe Layout { get; init; } = new();

    public CheckpointRecipe Checkpoint { get; init; } = new();

    /// <summary>Seed of every random number of the run.</summary>
    public long Seed { get; init; }

    /// <summary>Samples of one step over all replicas, by the batch rule.</summary>
    [JsonIgnore]
    public int GlobalBatch => Training.Batch * ReplicaFactor;

    /// <summary>Bytes of one element of an activation, and of its gradient.</summary>
    [JsonIgnore]
    public int ActivationBytes => Training.Precision == Precision.Bf16 ? 2 : 4;

    /// <summary>Bytes of one element of a weight's gradient on its way to be summed.</summary>
    [JsonIgnore]
    public int GradientBytes => Layout.Gradients == GradientElements.Bf16 ? 2 : 4;

    /// <summary>What the batch rule multiplies batch and rate by.</summary>
    [JsonIgnore]
    public int ReplicaFactor =>
        Training.BatchRule == BatchRule.Constant ? 1
        : Layout.Plan == LayoutPlan.Hybrid ? Layout.Shards
        : Layout.Replicas;
}
