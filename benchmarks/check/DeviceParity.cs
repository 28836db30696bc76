using AlexNet.Net.Images;
using AlexNet.Net.Shards;
using AlexNet.Recipes;
using Lockstep.Core.Numerics;
using Lockstep.Core.Texts;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.Collectives;
using static TorchSharp.torch;

namespace AlexNet.CheckBenchmark;

/// <summary>
/// A device beside the CPU, in fp32 and in one process: the same net, images and dropout, forward, backward and a few updates. The first
/// weights are those with few ties (docs/numerics.md). Some are left: where two activations of a pooling window differ by less than a
/// rounding, the gradient takes another way on the device, which is seen in conv1's gradient, and happens in about one of 300,000 windows.
/// So gradients are compared in several batches of few windows, most of which have none.
/// </summary>
internal static class DeviceParity
{
    private const double Forward = 1e-5,
        Gradients = 1e-4,
        Losses = 1e-3;
    private const int Draws = 9,
        MostSamples = 4; // batches, and images of each, for gradients
    private const long MostWindows = 150_000; // of pooling, in one of these batches

    public static IReadOnlyList<CheckRow> Compare(Recipe recipe, Device device, int batch)
    {
        recipe = recipe with
        {
            Net = recipe.Net with { Init = new FanInInit(), Layers = [.. recipe.Net.Layers.Select(layer => layer with { Init = null })] },
        };
        using var scope = NewDisposeScope();
        var (on, reference) = (Run(recipe, device, batch, 0, CheckOptions.Steps), Run(recipe, CPU, batch, 0, CheckOptions.Steps));
        int samples = SamplesOf(recipe);
        var gradients = Enumerable
            .Range(0, Draws)
            .Select(draw => Farthest(recipe, device, samples, draw))
            .OrderBy(g => g.Distance)
            .ToList();
        double losses = on.Losses.Zip(reference.Losses, (a, b) => Math.Abs(a - b) / Math.Abs(b)).Max();
        string net = $"{recipe.Name} on {device.type} against the CPU, fp32";
        var (name, middle) = Median.By(gradients, g => g.Distance);
        return
        [
            CheckRow.Of(
                $"{net}, batch {batch}: logits, relative L2",
                Distance(on.Logits, reference.Logits),
                Forward,
                "eight layers, whose kernels (Winograd among them) lose some bits each"
            ),
            CheckRow.Of(
                $"{net}: gradients, relative L2 of the farthest parameter, the middle of {Draws} batches of {samples} ({name})",
                middle,
                Gradients,
                "the bound of law 1: another order of sums"
            ),
            new(
                $"{net}: the same, the largest of the {Draws} ({gradients[^1].Name})",
                FormattableString.Invariant($"{gradients[^1].Distance:0.0e+0}"),
                "a tie in a pooling window may show",
                null
            ),
            CheckRow.Of(
                $"{net}, batch {batch}: losses of {Count.Of(CheckOptions.Steps, "step")}, relative",
                losses,
                Losses,
                "law 1: training amplifies rounding"
            ),
        ];
    }

    private static int SamplesOf(Recipe recipe) =>
        (int)
            Math.Clamp(
                MostWindows
                    / NetShape.Of(recipe).Layers.Where(l => l.Recipe is ConvRecipe { Pool: not null }).Sum(l => (long)l.Output.Elements),
                1,
                MostSamples
            );

    private static (string Name, double Distance) Farthest(Recipe recipe, Device device, int samples, int draw)
    {
        using var scope = NewDisposeScope();
        var (on, reference) = (Run(recipe, device, samples, draw, steps: 1), Run(recipe, CPU, samples, draw, steps: 1));
        return reference
            .Gradients.Keys.Select(name => (name, Distance(on.Gradients[name], reference.Gradients[name])))
            .MaxBy(pair => pair.Item2);
    }

    private static ParityOutcome Run(Recipe recipe, Device device, int batch, int draw, int steps)
    {
        var shape = NetShape.Of(recipe).Image;
        using var shard = new Shard(
            recipe,
            new RunTopology(1, 1),
            0,
            new Exchange(new LocalCollectives()),
            device,
            new GpuOptions(Deterministic: true)
        );
        using var optimizer = Optimizer.Create(recipe.Optimizer, shard.Parameters);
        var images = new ImageBatch(recipe.Data, device);
        int[] samples = [.. Enumerable.Range(0, batch)];
        using var labels = tensor(samples.Select(s => (long)s % recipe.Data.Classes).ToArray()).to(device);
        ParityOutcome? first = null;
        var losses = new List<double>();
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var bytes = images.Room(batch, shape);
            new Random(draw * CheckOptions.Steps + step).NextBytes(bytes.bytes);
            var pass = shard.Forward(images.Normalise(bytes), new PassContext(Training: true, step, samples));
            var loss = SoftmaxLoss.Of(pass.Logits, labels, batch);
            shard.Backward(pass, loss.LogitsGradient, _ => { });
            losses.Add(loss.Value);
            first ??= new(
                pass.Logits.cpu().MoveToOuterDisposeScope(),
                shard.Parameters.ToDictionary(p => p.Name, p => p.Gradient().to(ScalarType.Float32).cpu().MoveToOuterDisposeScope()),
                losses
            );
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

    /// <param name="Logits">The logits of the first step, on the CPU.</param>
    /// <param name="Gradients">The gradients of the first step, by name, on the CPU.</param>
    /// <param name="Losses">The losses of each step.</param>
    private sealed record ParityOutcome(Tensor Logits, IReadOnlyDictionary<string, Tensor> Gradients, IReadOnlyList<double> Losses);
}
