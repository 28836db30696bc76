using Lockstep.Core.Collectives;
using Lockstep.Core.Metrics;
using Lockstep.Core.Randomness;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Normalization;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// Any <see cref="nn.Module"/>, held whole by each replica. Its parameters are trained in place under the names of <c>state_dict()</c>.
/// Frozen parameters are saved and never changed. Buffers, such as the running statistics of batch normalisation, are those of the first
/// replica after every step.
/// </summary>
public sealed class ModuleTrainable : ITrainable
{
    private const long BucketBytes = 25 << 20; // of gradients that set out together, as PyTorch's DDP has them

    private static readonly string[] Dependent = ["BatchNorm", "Dropout", "AlphaDropout", "FeatureAlphaDropout"]; // by their types

    private readonly nn.Module _module;
    private readonly ModuleTask _task;
    private readonly Action<string> _notice;
    private readonly RandomStream _random;
    private readonly BackwardBorders _borders;
    private readonly CuredConvolutions _cured;
    private readonly SyncBatchNorms _norms;
    private readonly IReadOnlyList<IReadOnlyList<Parameter>> _phases; // one, or what each phase changes
    private readonly HashSet<int> _looked = []; // phases whose first pass was looked at

    /// <param name="module">The net; this trainable disposes it.</param>
    /// <param name="task">What it is trained to do.</param>
    /// <param name="device">Where the module is moved to.</param>
    /// <param name="precision">In what numbers it computes; weights are kept in fp32.</param>
    /// <param name="seed">The seed of the run; together with step, sample and micro-batch it seeds torch before each pass.</param>
    /// <param name="notice">Hears, in a sentence, what the user should know of the net.</param>
    /// <exception cref="ArgumentException">The module cannot be trained so; why.</exception>
    public ModuleTrainable(nn.Module module, ModuleTask task, Device device, Precision precision, long seed, Action<string> notice)
    {
        task.Check(); // whatever is wrong is said before anything starts
        (_module, _task, _notice) = (ModulePrecision.Apply(module.to(device), precision), task, notice);
        _random = new RandomStream(seed, "torch");
        if (GroupNorms.Caution(module) is { } caution)
            notice(caution);
        Arithmetic = new Arithmetic(device, precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
        Parameters = [.. module.named_parameters().Where(p => p.parameter.requires_grad).Select(p => Parameter.Over(p.name, p.parameter))];
        if (Parameters.Count == 0)
            throw new ArgumentException("the module has no parameter that requires a gradient; there is nothing to train.");
        State = [.. ModuleState.Of(module), .. task.Loop?.State ?? []];
        _phases = PhasesOf(task);
        Groups = [.. _phases.SelectMany((parameters, phase) => Buckets([.. parameters.Reverse()], phase))];
        _borders = new BackwardBorders(module, Parameters, Groups); // before the cure, whose hooks then work on what a border returns
        _norms = new SyncBatchNorms(NetModules.Of(module), isAskedFor: task.SyncBatchNorm, notice);
        _cured = ConvolutionCure.Apply(module);
        if (_cured.Names.Count > 0)
        {
            notice(
                $"Channels of these convolutions fill no block of libtorch's, which gives wrong numbers; they are filled with zeros: "
                    + $"{string.Join(", ", _cured.Names)}"
            );
        }
    }

    public Arithmetic Arithmetic { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public IReadOnlyList<StateTensor> State { get; }

    public OwnOptimizer.Maker? OwnOptimizer => _task.Optimizer;

    public bool MeetsReplicas => _norms.IsUsed;

    public bool WeighsLosses => _task.WeightedLoss is not null;

    /// <summary>Buckets of at most 25 MiB, the last parameters first.</summary>
    public IReadOnlyList<GradientGroup> Groups { get; }

    public IReadOnlyList<string> Metrics => _task.Names;

    /// <summary>
    /// Names of the layers whose result depends on which samples go through the net together, or on torch's random numbers.
    /// </summary>
    public IReadOnlyList<string> DependentLayers =>
        [
            .. from found in _module.named_modules()
            let type = found.module.GetType().Name
            where Dependent.Any(type.StartsWith) && !(_norms.IsUsed && type.StartsWith("BatchNorm", StringComparison.Ordinal))
            select $"'{found.name}'",
        ];

    /// <exception cref="ArgumentException">The batch is not of a set whose samples are tensors.</exception>
    public LoadedBatch Load(IBatch batch, PassContext pass) =>
        batch is TensorBatch rows
            ? new LoadedBatch(batch.Plan, [.. rows.Fields.Select(ToDevice)])
            : throw new ArgumentException($"rows of tensors are needed; this is {batch.GetType().Name}.", nameof(batch));

    public LossShare Train(LoadedBatch batch, Extent part, PassContext pass, IPassProgress progress)
    {
        Prepare(pass);
        int phase = (int)(pass.Step % _phases.Count);
        Turn(phase);
        bool isEmpty = part.Length == 0,
            isHeard = progress.Hears && !isEmpty && Arithmetic.Device.type == DeviceType.CPU && _phases.Count == 1 && _task.Loop is null;
        _borders.Begin(isHeard ? progress : null);
        _norms.Begin(pass, counts: !isEmpty);
        var samples = new Batch(batch.Tensors).Part(isEmpty ? new Extent(0, 1) : part); // one sample, which is not counted
        using var kept = isEmpty ? new KeptGradients(_phases[phase]) : null;
        var share = new ModulePass(_task, samples, pass, phase, batch.Plan.GlobalCount, progress).Run();
        _norms.End();
        if (kept is not null)
            share = kept.PutBack(share);
        FillMissing(phase, isLooked: !isEmpty); // an empty part tells nothing of the net
        _borders.End();
        if (!isHeard)
        {
            foreach (var group in Groups.Where(g => g.Phase == phase))
                progress.Finished(group);
        }

        return share;
    }

    public void Evaluate(LoadedBatch batch, PassContext pass, MetricSums sums)
    {
        Prepare(pass);
        var samples = new Batch(batch.Tensors);
        if (_task.Predict?.Invoke(samples) is { } prediction)
        {
            foreach (var metric in _task.Metrics)
                sums.Add(metric.Name, Losses.SumOver(metric.Measure(prediction, samples), samples.Count, $"metric '{metric.Name}'"));
        }

        double all = 0;
        foreach (var phase in _task.Phases)
        {
            double sum = Losses.SumOver(phase.Loss(samples), samples.Count, $"the loss of phase '{phase.Name}'");
            sums.Add(phase.Metric, sum);
            all += sum;
        }

        if (!_task.MeasuresLoss)
            return;
        if (_task.WeightedLoss?.Invoke(samples) is { } weighed)
            sums.AddWeighed(MetricNames.TestLoss, Losses.Number(weighed.Sum), Losses.Number(weighed.Weight));
        else if (_task.Loss is { } loss)
            sums.Add(MetricNames.TestLoss, Losses.SumOver(loss(samples), samples.Count, "the loss"));
        else
            sums.Add(MetricNames.TestLoss, all);
    }

    public void Join(ICollectives replicas) => _norms.Use(replicas);

    public void AfterRestore()
    {
        foreach (var parameter in Parameters)
            parameter.Round();
    }

    public void Forget()
    {
        foreach (var parameter in Parameters)
            parameter.ClearGradient();
    }

    public void Dispose()
    {
        _task.Loop?.Dispose(); // which may be working on the net
        foreach (var parameter in Parameters)
            parameter.Dispose();
        _module.Dispose();
    }

    /// <summary>The parameters that each phase changes; all of them where there are none.</summary>
    private IReadOnlyList<IReadOnlyList<Parameter>> PhasesOf(ModuleTask task)
    {
        if (task.Phases.Count == 0)
            return [Parameters];
        var idle = Parameters.FirstOrDefault(p => !task.Phases.Any(phase => phase.Changes(p.Name)));
        if (idle is not null)
            throw new ArgumentException($"no phase changes parameter '{idle.Name}'; name it in one, or freeze it (requires_grad = false).");
        var phases = Parameters.ToLookup(p => task.Phases.First(phase => phase.Changes(p.Name)));
        return task.Phases.FirstOrDefault(phase => !phases[phase].Any()) is { } empty
            ? throw new ArgumentException($"phase '{empty.Name}' changes no parameter: none is named '{empty.Parameters}'.")
            : [.. task.Phases.Select(phase => phases[phase].ToList())];
    }

    /// <summary>Parameters, the last first, in buckets.</summary>
    private static IReadOnlyList<GradientGroup> Buckets(IReadOnlyList<Parameter> parameters, int phase)
    {
        var (groups, bucket, bytes) = (new List<GradientGroup>(), new List<Parameter>(), 0L);
        foreach (var parameter in parameters)
        {
            if (bucket.Count > 0 && bytes + parameter.Count * sizeof(float) > BucketBytes)
                Close();
            bucket.Add(parameter);
            bytes += parameter.Count * sizeof(float);
        }

        Close();
        return groups;

        void Close()
        {
            groups.Add(new GradientGroup(bucket[0].Name, [.. bucket], Trainables.SumOver.SameShard) { Phase = phase });
            bucket.Clear();
            bytes = 0;
        }
    }

    private Tensor ToDevice(Tensor field)
    {
        var moved = field.to(Arithmetic.Device);
        return moved.dtype == ScalarType.Float32 && Arithmetic.Type == ScalarType.BFloat16 ? moved.to(ScalarType.BFloat16) : moved;
    }

    /// <summary>Parameters that no sample went through have gradients of zeros; those of the next part may.</summary>
    private void FillMissing(int phase, bool isLooked)
    {
        bool isFirst = isLooked && _looked.Add(phase);
        if (isFirst)
        {
            _cured.RequireNoneBypassed();
            _norms.RequireNoneBypassed();
        }

        var missing = _phases[phase].Where(p => !p.HasGradient).ToList();
        if (missing.Count > 0 && isFirst)
        {
            _notice(
                $"No gradient reaches {string.Join(", ", missing.Take(5).Select(p => $"'{p.Name}'"))}"
                    + $"{(missing.Count > 5 ? $" and {missing.Count - 5} more" : "")}: the loss does not depend on them; their gradients "
                    + "count as zeros."
            );
        }

        foreach (var parameter in missing)
            parameter.Working.grad = zeros_like(parameter.Working);
    }

    /// <summary>Gradients are made for the parameters of a phase alone; those of the others only pass them on.</summary>
    private void Turn(int phase)
    {
        if (_phases.Count == 1)
            return;
        foreach (var (parameters, i) in _phases.Select((parameters, i) => (parameters, i)))
        {
            foreach (var parameter in parameters)
                parameter.Working.requires_grad_(i == phase);
        }
    }

    /// <summary>Torch's own random numbers of a pass depend on seed, step, first sample and micro-batch alone.</summary>
    private void Prepare(PassContext pass)
    {
        _module.train(pass.Training);
        int first = pass.Samples.IsEmpty ? 0 : pass.Samples.Span[0];
        manual_seed(_random.At(pass.Step, first).Bits(pass.MicroBatch));
    }
}
