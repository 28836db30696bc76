using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using AlexNet.Model;
using AlexNet.Model.Layers;
using AlexNet.Model.Optimizers;
using AlexNet.Transport.Collectives;
using static TorchSharp.torch;

namespace AlexNet.Cli.Bench;

/// <summary>
/// A device beside the CPU, in fp32 and in one process: the same net, images and dropout, forward, backward and a few updates. The first weights are those
/// without ties (docs/numerics.md), whose gradients no rounding leads astray.
/// </summary>
internal static class DeviceParity
{
    private const double Forward = 1e-5, Gradients = 1e-4, Losses = 1e-3;

    public static IReadOnlyList<CheckRow> Compare(Recipe recipe, Device device, int batch)
    {
        recipe = recipe with { Net = recipe.Net with { Init = new FanInInit(), Layers = [.. recipe.Net.Layers.Select(layer => layer with { Init = null })] } };
        using var scope = NewDisposeScope();
        var (on, reference) = (Run(recipe, device, batch), Run(recipe, CPU, batch));
        var (worst, distance) = reference.Gradients.Keys.Select(name => (name, Distance(on.Gradients[name], reference.Gradients[name]))).MaxBy(pair => pair.Item2);
        double losses = on.Losses.Zip(reference.Losses, (a, b) => Math.Abs(a - b) / Math.Abs(b)).Max();
        string net = $"{recipe.Name} on {device.type} against the CPU, fp32, batch {batch}";
        return
        [
            CheckRow.Of($"{net}: logits, relative L2", Distance(on.Logits, reference.Logits), Forward, "eight layers, whose kernels (Winograd among them) lose some bits each"),
            CheckRow.Of($"{net}: gradients, relative L2, the farthest ({worst})", distance, Gradients, "the bound of law 1: another order of sums"),
            CheckRow.Of($"{net}: losses of {CheckOptions.Steps} steps, relative", losses, Losses, "law 1: training amplifies rounding"),
        ];
    }

    private static ParityOutcome Run(Recipe recipe, Device device, int batch)
    {
        var shape = NetShape.Of(recipe).Image;
        using var shard = new Shard(recipe, new RunTopology(1, 1), 0, new Exchange(new LocalCollectives()), device, new GpuOptions(Deterministic: true));
        using var optimizer = Optimizer.Create(recipe.Optimizer, shard.Parameters);
        var images = new ImageBatch(recipe.Data, device);
        int[] samples = [.. Enumerable.Range(0, batch)];
        using var labels = tensor(samples.Select(s => (long)s % recipe.Data.Classes).ToArray()).to(device);
        ParityOutcome? first = null;
        var losses = new List<double>();
        for (int step = 0; step < CheckOptions.Steps; step++)
        {
            using var scope = NewDisposeScope();
            var bytes = images.Room(batch, shape);
            new Random(step).NextBytes(bytes.bytes);
            var pass = shard.Forward(images.Normalise(bytes), new PassContext(Training: true, step, samples));
            var loss = SoftmaxLoss.Of(pass.Logits, labels, batch);
            shard.Backward(pass, loss.LogitsGradient, _ => { });
            losses.Add(loss.Value);
            first ??= new(
                pass.Logits.cpu().MoveToOuterDisposeScope(),
                shard.Parameters.ToDictionary(p => p.Name, p => p.Gradient().to(ScalarType.Float32).cpu().MoveToOuterDisposeScope()), losses);
            optimizer.Step(recipe.Optimizer.Rate);
            shard.ClearGradients();
        }
        return first ?? throw new InvalidOperationException("no step was made.");
    }

    private static double Distance(Tensor found, Tensor expected)
    {
        using var scope = NewDisposeScope();
        return ((found - expected).norm() / expected.norm()).item<float>();
    }

    /// <param name="Logits">Of the first step, on the CPU.</param>
    /// <param name="Gradients">Of the first step, by name, on the CPU.</param>
    /// <param name="Losses">Of each step.</param>
    private sealed record ParityOutcome(Tensor Logits, IReadOnlyDictionary<string, Tensor> Gradients, IReadOnlyList<double> Losses);
}
