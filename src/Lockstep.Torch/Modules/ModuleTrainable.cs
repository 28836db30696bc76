using Lockstep.Core.Randomness;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// Any <see cref="nn.Module"/>, held whole by each replica, in fp32. Its parameters are trained in place. A module with buffers (running
/// statistics) is refused, since replicas would not keep them equal.
/// </summary>
public sealed class ModuleTrainable : ITrainable
{
    private readonly nn.Module _module;
    private readonly Func<IReadOnlyList<Tensor>, Tensor> _loss;
    private readonly Action<IReadOnlyList<Tensor>, MetricSums> _evaluate;
    private readonly RandomStream _random;
    private readonly CuredConvolutions _cured;

    private bool _isCureChecked;

    /// <param name="module">The net; this trainable disposes it.</param>
    /// <param name="loss">From rows of the sample set's fields to one number: the <em>sum</em> of the samples' losses.</param>
    /// <param name="evaluate">Adds what rows of the test set show to the sums of <paramref name="metrics"/>.</param>
    /// <param name="metrics">Names of those sums.</param>
    /// <param name="device">Where the module is moved to.</param>
    /// <param name="seed">The seed of the run; together with step, sample and micro-batch it seeds torch before each pass.</param>
    /// <exception cref="ArgumentException">The module cannot be trained so; why.</exception>
    public ModuleTrainable(
        nn.Module module,
        Func<IReadOnlyList<Tensor>, Tensor> loss,
        Action<IReadOnlyList<Tensor>, MetricSums> evaluate,
        IReadOnlyList<string> metrics,
        Device device,
        long seed
    )
    {
        if (module.named_buffers().Select(b => b.name).FirstOrDefault() is { } buffer)
        {
            throw new ArgumentException(
                $"the module has the buffer '{buffer}', which replicas would not keep equal; use layers without running statistics, "
                    + "such as GroupNorm or LayerNorm in place of BatchNorm."
            );
        }

        _ = new MetricSums(metrics); // whatever is wrong with a name is said before anything starts
        (_module, _loss, _evaluate, Metrics) = (module.to(device), loss, evaluate, metrics);
        _cured = ConvolutionCure.Apply(module);
        _random = new RandomStream(seed, "torch");
        Arithmetic = new Arithmetic(device, ScalarType.Float32);
        Parameters = [.. module.named_parameters().Where(p => p.parameter.requires_grad).Select(p => Parameter.Over(p.name, p.parameter))];
        if (Parameters.Count == 0)
            throw new ArgumentException("the module has no parameter that requires a gradient; there is nothing to train.");
        Groups =
        [
            .. Parameters
                .Reverse()
                .GroupBy(p => LayerOf(p.Name))
                .Select(layer => new GradientGroup(layer.Key, [.. layer.Reverse()], SumOver.SameShard)),
        ];
    }

    public Arithmetic Arithmetic { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>One for each layer, the last first.</summary>
    public IReadOnlyList<GradientGroup> Groups { get; }

    public IReadOnlyList<string> Metrics { get; }

    /// <summary>Names of the convolutions that <see cref="ConvolutionCure"/> makes right.</summary>
    public IReadOnlyList<string> CuredConvolutions => _cured.Names;

    /// <returns>The rows of each field.</returns>
    public LoadedBatch Load(IBatch batch, PassContext pass) =>
        batch is TensorBatch rows
            ? new LoadedBatch(batch.Plan, [.. rows.Fields.Select(f => f.to(Arithmetic.Device))])
            : throw new ArgumentException($"rows of {nameof(TensorSamples)} are needed; this is {batch.GetType().Name}.", nameof(batch));

    public Tensor Train(LoadedBatch batch, Extent part, PassContext pass, IPassProgress progress)
    {
        Prepare(pass);
        var loss = _loss([.. batch.Tensors.Select(t => t.narrow(0, part.Start, part.Length))]) / batch.Plan.GlobalCount;
        progress.Turned();
        loss.backward();
        CheckCure();
        foreach (var parameter in Parameters.Where(p => p.FindGradient() is null))
            parameter.Working.grad = zeros_like(parameter.Value); // no sample went through it; those of the next part may
        foreach (var group in Groups)
            progress.Finished(group);
        return loss.detach();
    }

    public void Evaluate(LoadedBatch batch, PassContext pass, MetricSums sums)
    {
        Prepare(pass);
        _evaluate(batch.Tensors, sums);
    }

    public void AfterRestore()
    {
        // the module works with the parameters' own values
    }

    public void Forget()
    {
        foreach (var parameter in Parameters)
            parameter.ClearGradient();
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters)
            parameter.Dispose();
        _module.Dispose();
    }

    /// <summary>Torch's own random numbers of a pass depend on seed, step, first sample and micro-batch alone.</summary>
    private void Prepare(PassContext pass)
    {
        _module.train(pass.Training);
        manual_seed(_random.At(pass.Step, pass.Samples.Span[0]).Bits(pass.MicroBatch));
    }

    /// <summary>After the first backward pass: only then is a gradient there because a pass made it.</summary>
    private void CheckCure()
    {
        if (!_isCureChecked)
            _cured.RequireNoneBypassed();
        _isCureChecked = true;
    }

    /// <summary>A parameter's name without its role: <c>2</c> of <c>2.weight</c>.</summary>
    private static string LayerOf(string name) => name.LastIndexOf('.') is >= 0 and var dot ? name[..dot] : name;
}
