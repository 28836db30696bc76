using System.Diagnostics;
using AlexNet.Net.Functions;
using AlexNet.Net.Layers;
using AlexNet.Recipes;
using Lockstep.Core.Numerics;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Shards;

/// <summary>What a layer's kernels take alone, on random numbers.</summary>
/// <param name="Name">The layer; <c>update</c> for that of all weights.</param>
/// <param name="Forward">Median seconds of one forward pass of a batch; for the update, of it.</param>
/// <param name="Backward">Median seconds of one backward pass.</param>
public sealed record LayerTime(string Name, double Forward, double Backward)
{
    /// <summary>Times each layer of a shard by itself, with nothing else going on, and the update of all its weights.</summary>
    /// <param name="shard">Its weights are changed.</param>
    /// <param name="recipe">The recipe of the shard.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="repetitions">The repetitions of which the median is taken; one more comes before them.</param>
    public static IReadOnlyList<LayerTime> Measure(Shard shard, Recipe recipe, int batch, int repetitions)
    {
        var times = shard.Segments.SelectMany(s => s.Layers).Select(layer => Measure(layer, shard, batch, repetitions)).ToList();
        using var optimizer = Optimizer.Create(recipe.Optimizer, shard.Parameters);
        foreach (var parameter in shard.Parameters)
        {
            using var gradient = zeros_like(parameter.Value);
            parameter.SetGradient(gradient);
        }
        double update = MedianSeconds(repetitions, () => Seconds(() => optimizer.Step(recipe.Optimizer.Rate)));
        shard.ClearGradients();
        return [.. times, new LayerTime("update", update, 0)];
    }

    private static LayerTime Measure(Layer layer, Shard shard, int batch, int repetitions)
    {
        using var scope = NewDisposeScope();
        var seen = layer.InputSeen;
        var input = shard.Prepare(randn(batch, seen.Channels, seen.Height, seen.Width, device: shard.Device));
        input.requires_grad_(layer.Shape.Index > 0);
        var context = new PassContext(Training: true, 0, new int[batch]);
        using var gradient = layer.Forward(input, context).detach().fill_(1e-3);
        var backward = new List<double>();
        double forward = MedianSeconds(repetitions, () =>
        {
            using var inner = NewDisposeScope();
            var (seconds, output) = Timed(() => layer.Forward(input, context));
            backward.Add(Seconds(() => BackwardPass.Run(output, gradient)));
            input.grad = null;
            foreach (var parameter in layer.Parameters)
                parameter.ClearGradient();
            return seconds;
        });
        return new LayerTime(layer.Shape.Name, forward, Median.Of(backward.Skip(1)));
    }

    private static double MedianSeconds(int repetitions, Func<double> measure)
    {
        measure(); // what the first call prepares is not the kernel's
        return Median.Of(Enumerable.Range(0, repetitions).Select(_ => measure()));
    }

    private static double Seconds(Action action) =>
        Timed(() =>
        {
            action();
            return true;
        }).Seconds;

    private static (double Seconds, T Result) Timed<T>(Func<T> action)
    {
        if (cuda.is_available())
            cuda.synchronize();
        long start = Stopwatch.GetTimestamp();
        var result = action();
        if (cuda.is_available())
            cuda.synchronize();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, result);
    }
}
