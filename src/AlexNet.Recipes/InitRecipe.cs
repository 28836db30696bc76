using System.Text.Json.Serialization;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes;

/// <summary>How the weights and biases of a layer start.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NormalInit), "normal")]
[JsonDerivedType(typeof(FanInInit), "fan-in")]
[JsonDerivedType(typeof(XavierInit), "xavier")]
[JsonDerivedType(typeof(HeInit), "he")]
public abstract record InitRecipe;

/// <summary>Weights from N(0, std), one constant for the biases: the paper's rule.</summary>
public sealed record NormalInit : InitRecipe
{
    /// <summary>Standard deviation of the weights.</summary>
    [NumberRange(AtLeast = 0)]
    public required double Std { get; init; }

    /// <summary>What every bias begins with.</summary>
    [NumberRange]
    public double Bias { get; init; }
}

/// <summary>Weights and biases uniform within 1 / sqrt(inputs of one output): what PyTorch's layers do by default.</summary>
public sealed record FanInInit : InitRecipe;

/// <summary>Weights uniform within sqrt(6 / (inputs + outputs)), one constant for the biases. Source: Glorot and Bengio 2010.</summary>
public sealed record XavierInit : InitRecipe
{
    /// <summary>What every bias begins with.</summary>
    [NumberRange]
    public double Bias { get; init; }
}

/// <summary>Weights from N(0, sqrt(2 / inputs of one output)), one constant for the biases. Source: He, Zhang, Ren and Sun 2015.</summary>
public sealed record HeInit : InitRecipe
{
    /// <summary>What every bias begins with.</summary>
    [NumberRange]
    public double Bias { get; init; }
}
