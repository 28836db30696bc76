using System.Text.Json.Serialization;

namespace AlexNet.Core.Recipes;

/// <summary>How the learning rate changes over the run.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(StepsSchedule), "steps")]
public abstract record ScheduleRecipe;

/// <summary>The rate stays as it is.</summary>
public sealed record ConstantSchedule : ScheduleRecipe;

/// <summary>The rate is multiplied by a factor at the start of each listed epoch (counted from 1).</summary>
public sealed record StepsSchedule : ScheduleRecipe
{
    public double Factor { get; init; } = 0.1;

    public required IReadOnlyList<int> Epochs { get; init; }
}
