using System.Text.Json.Serialization;

namespace Lockstep.Core.Recipes;

/// <summary>How the learning rate changes over the run.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(StepsSchedule), "steps")]
[JsonDerivedType(typeof(CosineSchedule), "cosine")]
[JsonDerivedType(typeof(PlateauSchedule), "plateau")]
public abstract record ScheduleRecipe
{
    /// <summary>How the rate rises to the schedule's own at the start of the run; null for not at all.</summary>
    public WarmUpRecipe? WarmUp { get; init; }
}

/// <summary>The rate stays as it is.</summary>
public sealed record ConstantSchedule : ScheduleRecipe;

/// <summary>The rate is multiplied by a factor at the start of each listed epoch (counted from 1).</summary>
public sealed record StepsSchedule : ScheduleRecipe
{
    /// <summary>What the rate is multiplied by.</summary>
    [NumberRange(Above = 0)]
    public double Factor { get; init; } = 0.1;

    /// <summary>The epochs, counted from 1, at whose start it is multiplied.</summary>
    [NumberRange(AtLeast = 1)]
    public required IReadOnlyList<int> Epochs { get; init; }
}

/// <summary>
/// The rate falls with every step along half a cosine, over all epochs of the run. Source: Loshchilov and Hutter 2017, without restarts.
/// </summary>
public sealed record CosineSchedule : ScheduleRecipe
{
    /// <summary>What the rate falls to; at most <c>optimizer.rate</c>.</summary>
    [NumberRange(AtLeast = 0)]
    public double LeastRate { get; init; }
}

/// <summary>The rate is multiplied by a factor when the test accuracy has stopped improving: the paper's rule, section 5.</summary>
public sealed record PlateauSchedule : ScheduleRecipe
{
    /// <summary>What the rate is multiplied by.</summary>
    [NumberRange(Above = 0, Below = 1)]
    public double Factor { get; init; } = 0.1;

    /// <summary>Epochs in a row without improvement after which the rate drops.</summary>
    [NumberRange(AtLeast = 1)]
    public int Patience { get; init; } = 3;

    /// <summary>By how much accuracy (0 to 1) must be better than the best before to be an improvement.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Improvement { get; init; }

    /// <summary>What the rate never falls below; at most <c>optimizer.rate</c>.</summary>
    [NumberRange(AtLeast = 0)]
    public double LeastRate { get; init; }
}

/// <summary>
/// The rate of any schedule is multiplied by a share that rises in a straight line to 1, over so many steps or epochs. Source: Goyal et al.
/// 2017, section 2.2.
/// </summary>
public sealed record WarmUpRecipe
{
    /// <summary>Its length in epochs; either this or <see cref="Steps"/>.</summary>
    [NumberRange(AtLeast = 1)]
    public int? Epochs { get; init; }

    /// <summary>Its length in steps; either this or <see cref="Epochs"/>.</summary>
    [NumberRange(AtLeast = 1)]
    public long? Steps { get; init; }

    /// <summary>The share of the rate that it rises from.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double From { get; init; }
}
