using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Lockstep.Core.Metrics;
using Lockstep.Core.Texts;
using Lockstep.Core.Topology;
using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>
/// What the library reads of the file that describes a run: optimiser, schedule, length, layout, checkpoints, seed. An application derives
/// its own recipe from it, which adds its data and its net. What a user writes; <see cref="RecipeReader{TRecipe}"/> checks it.
/// </summary>
public abstract record RunRecipe
{
    private const int LongestName = 100;

    /// <summary>The JSON schema for editors; ignored.</summary>
    [JsonPropertyName("$schema"), JsonPropertyOrder(-9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Schema { get; init; }

    /// <summary>The recipe's name; run directories are named after it.</summary>
    [JsonPropertyOrder(-8)]
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    [JsonPropertyOrder(-7)]
    public string Description { get; init; } = "";

    /// <summary>What was published as the result of this training; null where nothing was.</summary>
    [JsonPropertyOrder(-6)]
    public string? Published { get; init; }

    /// <summary>What the published training says, and what was chosen where it leaves a value open; sentences for people.</summary>
    [JsonPropertyOrder(-5)]
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The rule by which a step changes the weights.</summary>
    [JsonPropertyOrder(1)]
    public required OptimizerRecipe Optimizer { get; init; }

    /// <summary>How the learning rate changes over the run.</summary>
    [JsonPropertyOrder(2)]
    public ScheduleRecipe Schedule { get; init; } = new ConstantSchedule();

    /// <summary>How long and in what portions the run trains.</summary>
    [JsonPropertyOrder(3)]
    public required TrainingRecipe Training { get; init; }

    /// <summary>How many workers there are, and how they reduce; an application hides it where its layouts say more.</summary>
    [JsonIgnore]
    public LayoutRecipe Layout => OwnLayout;

    /// <summary>When the run saves itself; it always does at its end.</summary>
    [JsonPropertyOrder(5)]
    public CheckpointRecipe Checkpoint { get; init; } = new();

    /// <summary>Seed of every random number of the run.</summary>
    [NumberRange]
    [JsonPropertyOrder(6)]
    public long Seed { get; init; }

    /// <summary>The weights that the run begins with; null for random numbers. <c>train --weights FILE</c> sets it.</summary>
    [JsonPropertyOrder(7)]
    public StartRecipe? Start { get; init; }

    /// <summary>Replicas and shards of the layout.</summary>
    [JsonIgnore]
    public RunTopology Topology => new(Layout.Replicas, Layout.Shards);

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
    public int ReplicaFactor => Training.BatchRule == BatchRule.Constant ? 1 : BatchParts.Count;

    /// <summary>Parts that the global batch is divided into, and the setting that says how many.</summary>
    [JsonIgnore]
    public virtual (string Key, int Count) BatchParts => ("layout.replicas", Layout.Replicas);

    /// <summary>What the run is to get better at; an application hides it where its recipes say it.</summary>
    [JsonIgnore]
    public Objective Objective => OwnObjective;

    /// <summary>Parameters of the whole net.</summary>
    [JsonIgnore]
    public abstract long Parameters { get; }

    /// <summary>What people call one sample, such as <c>image</c>; an s makes it several.</summary>
    [JsonIgnore]
    public virtual string SampleNoun => "sample";

    /// <summary>Keys that may be another where a run goes on, because they change nothing about the steps that are done.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<string> FreeKeys { get; } =
    [
        "layout",
        "checkpoint",
        "training.epochs",
        "training.steps",
        "training.stopAfter",
        "training.microBatches",
        "$schema",
        "description",
        "published",
        "notes",
    ];

    /// <summary>The objective of the application.</summary>
    [JsonIgnore]
    protected virtual Objective OwnObjective => Objective.Top1;

    /// <summary>The layout as the application writes it.</summary>
    [JsonIgnore]
    protected abstract LayoutRecipe OwnLayout { get; }

    /// <summary>What the largest shard of a layout holds.</summary>
    public abstract ShardSize LargestShard(RunTopology topology);

    /// <summary>
    /// The groups of gradients that are a product of two factors, and may travel as these; in the order of the net, as large as in the
    /// largest shard. None where the application has none.
    /// </summary>
    public virtual IReadOnlyList<FactoredGroup> FactoredGroups(RunTopology topology) => [];

    /// <summary>Reports every rule that the recipe breaks, though its structure is right; an application adds its own.</summary>
    /// <param name="errors">Receives a sentence for each.</param>
    public virtual void Check(ICollection<string> errors)
    {
        Require(
            IsName(Name),
            errors,
            "name",
            $"'{VisibleText.Line(Name)}'",
            $"1 to {LongestName} characters without slashes and control characters: run directories are named after it"
        );
        RecipeRanges.Check(this, "", errors);
        OptimizerRules.Check(Optimizer, errors);
        ScheduleRules.Check(Schedule, Optimizer, errors);
        TrainingRules.Check(this, errors);
        if (Start is { Sha256: var hash })
        {
            Require(
                hash.Length == SHA256.HashSizeInBytes * 2 && hash.All(char.IsAsciiHexDigitLower),
                errors,
                "start.sha256",
                $"'{VisibleText.Line(hash)}'",
                "64 lower-case hexadecimal digits: the SHA-256 of the file of weights"
            );
        }
    }

    /// <summary>Settings of these keys that change nothing in this recipe; an application adds its own.</summary>
    /// <param name="keys">The keys that the user has given, such as <c>layout.factors</c>.</param>
    public virtual IEnumerable<IdleSetting> IdleSettings(IReadOnlyList<string> keys)
    {
        if (IdleSetting.IsGiven("layout.factors", keys) && Layout is { Factors: FactorUse.Always, Replicas: 1 })
        {
            yield return new IdleSetting(
                "'layout.factors' is always and changes nothing: there is one replica, so no gradient of a fully "
                    + "connected layer is summed.",
                IsHarmless: true
            );
        }

        if (IdleSetting.IsGiven("layout.gradients", keys) && Layout.Gradients != GradientElements.Fp32 && BatchParts.Count == 1)
        {
            yield return new IdleSetting(
                "'layout.gradients' is bf16 and changes nothing: there is one replica, so no gradient travels.",
                IsHarmless: true
            );
        }
    }

    private static bool IsName(string name) =>
        name.Trim().Length > 0 && name.Length <= LongestName && name.All(c => VisibleText.IsVisible(c) && c is not ('/' or '\\'));
}
