using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Trainables;
using Lockstep.Worker.Applications;
using static TorchSharp.torch;

namespace Lockstep.Checking;

/// <summary>
/// Finds out what a run of a program's own net may promise, by a few passes of one batch in this process: whether the net begins alike,
/// the samples are read alike, a pass repeats, and the parts of a batch add up to the whole.
/// </summary>
internal sealed class NetCheck(ModuleApplication application, ModuleRecipe recipe)
{
    private const double Near = 1e-3; // of numbers that differ by their roundings alone, as a share of the largest

    private readonly List<Finding> _findings = [];

    /// <summary>Looks at everything, in the order in which a run would meet it.</summary>
    public IReadOnlyList<Finding> Run()
    {
        NativeLibraries.Load(); // before anything of torch is touched
        using var scope = NewDisposeScope(); // bytes are looked at, whose tensors must live as long
        var (first, again) = (application.Open(recipe), application.Open(recipe));
        Judge(
            first.Identity.Fingerprint == again.Identity.Fingerprint,
            "The samples are the same each time they are opened.",
            "The samples differ when they are opened again, and every worker must open the same. Draw them from a generator with a seed "
                + "of its own."
        );
        using var net = Create(told => _findings.Add(new(FindingKind.Note, told)));
        using var twin = Create(_ => { });
        string? different = FirstDifference(Named(net), Named(twin));
        Judge(
            different is null,
            "The net begins with the same weights each time it is made.",
            $"'{different}' begins with other values when the net is made again; make it from torch's own random numbers."
        );
        for (int phase = 0; phase < Phases; phase++)
            CheckPasses(net, twin, first.Train, phase);
        return _findings;
    }

    private int Phases => recipe.Training.Phases?.Count ?? 1;

    private void CheckPasses(ModuleTrainable net, ModuleTrainable twin, ISampleSet samples, int phase)
    {
        string name = recipe.Training.Phases is { } phases ? $" of phase '{phases[phase]}'" : "";
        int[] batch = [.. Enumerable.Range(0, Math.Min(recipe.GlobalBatch, samples.Count))];
        var (whole, again) = (Whole(net, samples, batch, phase), Whole(net, samples, batch, phase));
        string? different = whole.Loss.Equals(again.Loss) ? FirstDifference(whole.Gradients, again.Gradients) : "the loss";
        Judge(
            different is null,
            $"A pass{name} repeats, bit for bit.",
            $"A pass{name} does not repeat: {different} is another the second time, on the same samples with the same random numbers. So "
                + "runs will not repeat. Look for random numbers that are not torch's, and for state that a pass changes outside "
                + "parameters and buffers."
        );
        if (batch.Length > 1 && different is null)
            CheckParts(net, twin, samples, batch, whole, phase, name);
    }

    /// <summary>Whether two replicas would make the gradient that one makes; if not, why.</summary>
    private void CheckParts(
        ModuleTrainable net,
        ModuleTrainable twin,
        ISampleSet samples,
        int[] batch,
        PassResult whole,
        int phase,
        string name
    )
    {
        Extent[] parts = [Extent.Part(batch.Length, 2, 0), Extent.Part(batch.Length, 2, 1)];
        var halves = net.MeetsReplicas
            ? ReplicaPair
                .Run([net, twin], (each, replica) => Pass(each, samples, batch, [parts[replica]], phase))
                .Aggregate((a, b) => a.Plus(b))
            : Pass(net, samples, batch, parts, phase);
        halves = halves.Scaled(net.WeighsLosses);
        double apart = Distance(whole, halves);
        var layers = net.DependentLayers;
        _findings.Add(
            apart < Near ? PartsFinding.AddUp(name)
            : Math.Abs(whole.Loss / halves.Loss - 2) < Near ? PartsFinding.AreASum(name)
            : layers.Count > 0 || IsRandom(net, samples, batch, whole, phase) ? PartsFinding.Depend(name, layers)
            : PartsFinding.AreNoMean(name, apart)
        );
    }

    /// <summary>Torch's random numbers are other ones in another step.</summary>
    private bool IsRandom(ModuleTrainable net, ISampleSet samples, int[] batch, PassResult whole, int phase) =>
        Distance(whole, Whole(net, samples, batch, phase + Phases)) > 0;

    private void Judge(bool isKept, string kept, string wrong) =>
        _findings.Add(isKept ? new(FindingKind.Kept, kept) : new(FindingKind.Wrong, wrong));

    private ModuleTrainable Create(Action<string> notice) => application.Create(recipe, CPU, notice);

    private static PassResult Whole(ModuleTrainable net, ISampleSet samples, int[] batch, int step) =>
        Pass(net, samples, batch, [new Extent(0, batch.Length)], step).Scaled(net.WeighsLosses);

    /// <summary>
    /// The gradient of a batch that goes through the net in parts, as through replicas; the net is afterwards what it was.
    /// </summary>
    private static PassResult Pass(ModuleTrainable net, ISampleSet samples, int[] batch, Extent[] parts, int step)
    {
        var before = net.State.Select(s => s.Value.clone()).ToList();
        var plan = new BatchPlan(step, 1, batch.Length, batch, new Extent(0, batch.Length));
        using var source = samples.Load([plan], threads: 1);
        using var rows = source.Next(CancellationToken.None) ?? throw new InvalidOperationException("there is no batch.");
        var loaded = net.Load(rows, new PassContext(Training: true, step, plan.Indices));
        var (sum, weight) = (0.0, 0.0);
        foreach (var part in parts)
        {
            var pass = new PassContext(Training: true, step, plan.Indices.Slice(part.Start, part.Length));
            var share = net.Train(loaded, part, pass, UnheardPass.Instance);
            sum += share.Sum.to(ScalarType.Float64).item<double>();
            weight += share.Weight?.to(ScalarType.Float64).item<double>() ?? 0;
        }

        var gradients = net.Parameters.Where(p => p.HasGradient).ToDictionary(p => p.Name, p => p.Gradient().clone());
        net.Forget();
        using var guard = no_grad();
        foreach (var (state, value) in net.State.Zip(before))
            state.Value.copy_(value);
        return new PassResult(sum, weight, gradients);
    }

    /// <summary>How far apart two passes are, as a share of the largest gradient and of the loss.</summary>
    private static double Distance(PassResult one, PassResult other)
    {
        double largest = one.Gradients.Values.Select(Largest).DefaultIfEmpty(0).Max(),
            apart = one.Gradients.Keys.Select(name => Largest(one.Gradients[name] - other.Gradients[name])).DefaultIfEmpty(0).Max();
        return Math.Max(largest > 0 ? apart / largest : 0, Math.Abs(one.Loss - other.Loss) / Math.Max(Math.Abs(one.Loss), 1e-12));
    }

    private static double Largest(Tensor value) => value.abs().max().to(ScalarType.Float64).item<double>();

    private static Dictionary<string, Tensor> Named(ModuleTrainable net) =>
        net
            .Parameters.Select(p => (p.Name, p.Value))
            .Concat(net.State.Select(s => (s.Name, s.Value)))
            .ToDictionary(t => t.Name, t => t.Value);

    private static string? FirstDifference(IReadOnlyDictionary<string, Tensor> one, IReadOnlyDictionary<string, Tensor> other) =>
        one.Keys.FirstOrDefault(name => !one[name].detach().contiguous().bytes.SequenceEqual(other[name].detach().contiguous().bytes));

    private sealed record PassResult(double Loss, double Weight, IReadOnlyDictionary<string, Tensor> Gradients)
    {
        public PassResult Plus(PassResult other) =>
            new(
                Loss + other.Loss,
                Weight + other.Weight,
                Gradients.ToDictionary(g => g.Key, g => other.Gradients.TryGetValue(g.Key, out var more) ? g.Value + more : g.Value)
            );

        /// <summary>As a mean, where the loss is a sum with a weight.</summary>
        public PassResult Scaled(bool isWeighed) =>
            isWeighed ? new(Loss / Weight, 1, Gradients.ToDictionary(g => g.Key, g => g.Value / Weight)) : this;
    }
}
