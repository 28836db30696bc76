using Lockstep.Core.Schedules;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// Adam with bias correction, and AdamW. Source: Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2.
/// </summary>
internal sealed class Adam : IOptimizer
{
    private readonly AdamForm _form;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly ParameterGroups _groups;
    private readonly IReadOnlyList<Tensor> _means,
        _squares;
    private readonly FusedUpdate<AdamRule>? _fused;
    private long _updates;

    public Adam(AdamForm form, IReadOnlyList<Parameter> parameters)
    {
        (_form, _parameters, _groups) = (form, parameters, new ParameterGroups(form.Recipe));
        _means = [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];
        _squares = [.. parameters.Select(p => zeros_like(p.Value).DetachFromDisposeScope())];
        _fused = FusedUpdate<AdamRule>.Takes(parameters) ? new(parameters, _means, _squares) : null;
    }

    /// <summary>First moments, then second moments.</summary>
    public IReadOnlyList<ShardTensor> State =>
        [
            .. _parameters.Zip(_means, (p, mean) => p.Companion("mean", mean)),
            .. _parameters.Zip(_squares, (p, square) => p.Companion("square", square)),
        ];

    public void Step(double rate, double gradientScale = 1)
    {
        _updates++;
        if (_fused is not null)
        {
            _fused.Run(parameter => ConstantsOf(parameter, rate, gradientScale));
            return;
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        for (int i = 0; i < _parameters.Count; i++)
            Step(_parameters[i], _means[i], _squares[i], ConstantsOf(_parameters[i], rate, gradientScale));
    }

    public void Resume(long updates) => _updates = updates;

    public void Measure(Exchange exchange, long step, double gradientScale = 1)
    {
        // every element is updated by itself
    }

    public void Dispose()
    {
        _fused?.Dispose();
        foreach (var tensor in _means.Concat(_squares))
            tensor.Dispose();
    }

    private static void Step(Parameter parameter, Tensor mean, Tensor square, UpdateConstants constants)
    {
        var gradient = parameter.Gradient().to(ScalarType.Float32);
        if (constants.GradientScale != 1)
            gradient = gradient * constants.GradientScale;
        if (constants.Decay != 0)
            gradient = gradient.add(parameter.Value, constants.Decay);
        mean.mul_(constants.KeepFirst).add_(gradient, constants.AddFirst);
        square.mul_(constants.KeepSecond).addcmul_(gradient, gradient, constants.AddSecond);
        if (constants.KeepValue != 1)
            parameter.Value.mul_(constants.KeepValue);
        parameter.Value.addcdiv_(mean, square.sqrt().mul_(constants.SecondScale).add_(constants.Epsilon), -constants.Rate);
        parameter.Round();
    }

    private UpdateConstants ConstantsOf(Parameter parameter, double rate, double gradientScale)
    {
        double meanCorrection = 1 - WholePower.Of(_form.Beta1, _updates),
            squareCorrection = 1 - WholePower.Of(_form.Beta2, _updates);
        double own = rate * _groups.RateOf(parameter),
            decay = _groups.DecayOf(parameter) ?? _form.WeightDecay;
        return new()
        {
            GradientScale = (float)gradientScale,
            Decay = _form.IsDecoupled ? 0 : (float)decay,
            KeepValue = _form.IsDecoupled ? (float)(1 - own * decay) : 1,
            Rate = (float)(own / meanCorrection),
            KeepFirst = (float)_form.Beta1,
            AddFirst = (float)(1 - _form.Beta1),
            KeepSecond = (float)_form.Beta2,
            AddSecond = (float)(1 - _form.Beta2),
            SecondScale = (float)(1 / Math.Sqrt(squareCorrection)),
            Epsilon = (float)_form.Epsilon,
        };
    }
}
