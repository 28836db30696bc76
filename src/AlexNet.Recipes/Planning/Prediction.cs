using Lockstep.Core.Topology;

namespace AlexNet.Recipes.Planning;

/// <summary>What a step is expected to cost in one layout.</summary>
public sealed record Prediction
{
    /// <summary>With the layout in it.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Layers whose gradients travel as factors.</summary>
    public required IReadOnlyList<string> Factored { get; init; }

    /// <summary>Seconds of arithmetic in the slowest worker, the update included.</summary>
    public required double Compute { get; init; }

    /// <summary>Seconds that activations and decoded samples take.</summary>
    public required double Exchange { get; init; }

    /// <summary>Seconds that gradients take beyond what is hidden under the backward pass.</summary>
    public required double Reduce { get; init; }

    /// <summary>Seconds of the vote, and of what nothing else accounts for.</summary>
    public required double Overhead { get; init; }

    /// <summary>Bytes that the first worker sends in a step for activations and samples.</summary>
    public required long ExchangeBytes { get; init; }

    /// <summary>Bytes that it sends for gradients.</summary>
    public required long ReduceBytes { get; init; }

    /// <summary>Bytes that a worker needs at least, roughly.</summary>
    public required long Memory { get; init; }

    public RunTopology Topology => new(Recipe.Layout.Replicas, Recipe.Layout.Shards);

    /// <summary>Seconds of a step.</summary>
    public double Step => Compute + Exchange + Reduce + Overhead;

    public double ImagesPerSecond => Recipe.GlobalBatch / Step;

    /// <summary>For people: <c>2x1</c>, or <c>hybrid 4</c>.</summary>
    public string Name => Recipe.Layout.Plan == LayoutPlan.Hybrid ? $"hybrid {Topology.Shards}" : $"{Topology.Replicas}x{Topology.Shards}";
}
