using System.Globalization;
using System.Reflection;
using Lockstep.Core.Topology;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// An optimiser of TorchSharp that a program makes itself. What it remembers of a parameter are the public fields of its state: tensors,
/// and numbers such as a count of steps. The schedule multiplies its own rates.
/// </summary>
public sealed class OwnOptimizer : IOptimizer
{
    private readonly optim.Optimizer _optimizer;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly IReadOnlyList<StateField> _fields;

    /// <summary>Makes the optimiser of these parameters.</summary>
    public delegate optim.Optimizer Maker(IEnumerable<TorchSharp.Modules.Parameter> parameters);

    /// <param name="make">Makes it.</param>
    /// <param name="parameters">Whole fp32 parameters of a module.</param>
    /// <exception cref="ArgumentException">Its state cannot be saved, or the parameters are of another type.</exception>
    public OwnOptimizer(Maker make, IReadOnlyList<Parameter> parameters)
    {
        if (parameters.FirstOrDefault(p => p.IsRounded || p.Working is not TorchSharp.Modules.Parameter) is { } other)
            throw new ArgumentException($"parameter '{other.Name}' is not fp32, which an optimiser of the program's own needs.");
        RequireSaved(make);
        _parameters = parameters;
        using var scope = NewDisposeScope();
        _optimizer = make(parameters.Select(p => p.Working).Cast<TorchSharp.Modules.Parameter>());
        var states = StatesOf(_optimizer);
        if (states.Count != parameters.Count)
        {
            throw new ArgumentException(
                $"the program's optimiser has {states.Count} parameters, and the net {parameters.Count}; give it all "
                    + "that it is called with."
            );
        }

        _fields = [.. parameters.Zip(states, StateField.Of).SelectMany(fields => fields)];
        foreach (var field in _fields)
            field.Keep();
    }

    public IReadOnlyList<ShardTensor> State => [.. _fields.Select(f => f.Saved())];

    public void Measure(Exchange exchange, long step, double gradientScale = 1)
    {
        // every parameter is whole here
    }

    public void Step(double rate, double gradientScale = 1)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var parameter in _parameters)
        {
            var gradient = parameter.Gradient();
            parameter.Working.grad = gradientScale == 1 ? gradient : gradient * gradientScale;
        }

        foreach (var group in _optimizer.ParamGroups)
            group.LearningRate = rate * group.InitialLearningRate;
        _optimizer.step();
        foreach (var field in _fields)
            field.Note(); // whoever saves may have asked for the state long before
    }

    public void Resume(long updates)
    {
        foreach (var field in _fields)
            field.Restore();
    }

    public void Dispose()
    {
        foreach (var field in _fields)
            field.Dispose();
        _optimizer.Dispose();
    }

    /// <summary>Tries it on a parameter of one number: what the first step makes could not be restored before it.</summary>
    private static void RequireSaved(Maker make)
    {
        using var scope = NewDisposeScope();
        var probe = new TorchSharp.Modules.Parameter(ones(1));
        probe.grad = ones(1);
        using var optimizer = make([probe]);
        var before = FieldsOf(optimizer);
        optimizer.step();
        var made = FieldsOf(optimizer).Except(before).ToList();
        if (made.Count > 0)
        {
            throw new ArgumentException(
                $"the state of {optimizer.GetType().Name} ({string.Join(", ", made)}) comes into being with its first step, so it "
                    + "cannot be restored; take TorchSgdRecipe for SGD with momentum, or another optimiser."
            );
        }
    }

    private static List<string> FieldsOf(optim.Optimizer optimizer) =>
        [.. StatesOf(optimizer).SelectMany(s => StateField.Of(s).Where(f => f.GetValue(s) is Tensor).Select(f => f.Name))];

    private static List<TorchSharp.Modules.OptimizerState> StatesOf(optim.Optimizer optimizer) =>
        optimizer is TorchSharp.Modules.OptimizerHelper helper
            ? helper.state_dict().State
            : throw new ArgumentException($"the state of {optimizer.GetType().Name} cannot be read; take an optimiser of TorchSharp's.");

    /// <summary>A field of the state of one parameter.</summary>
    private sealed class StateField(Parameter parameter, TorchSharp.Modules.OptimizerState state, FieldInfo field) : IDisposable
    {
        private Tensor? _number; // beside a field that is no tensor

        public static IEnumerable<StateField> Of(Parameter parameter, TorchSharp.Modules.OptimizerState state) =>
            Of(state).Where(f => f.GetValue(state) is not null).Select(f => new StateField(parameter, state, f));

        public static IEnumerable<FieldInfo> Of(TorchSharp.Modules.OptimizerState state) =>
            state
                .GetType()
                .GetFields(BindingFlags.Public | BindingFlags.Instance)
                .Where(f => f.FieldType == typeof(Tensor) || f.FieldType == typeof(long) || f.FieldType == typeof(double))
                .OrderBy(f => f.Name, StringComparer.Ordinal);

        /// <summary>Outlives the scope that it was made in.</summary>
        public void Keep()
        {
            if (field.GetValue(state) is Tensor value)
                value.DetachFromDisposeScope();
            else
                _number = zeros([], field.FieldType == typeof(long) ? ScalarType.Int64 : ScalarType.Float64).DetachFromDisposeScope();
            Note();
        }

        /// <summary>Writes a number to where it is saved from.</summary>
        public void Note() => _number?.fill_(Convert.ToDouble(field.GetValue(state), CultureInfo.InvariantCulture));

        /// <summary>As it goes to a checkpoint.</summary>
        public ShardTensor Saved()
        {
            if (field.GetValue(state) is Tensor value)
            {
                return value.shape.SequenceEqual(parameter.Shape) ? parameter.Companion(field.Name, value) : Small(value);
            }

            return Small(_number ?? throw new ObjectDisposedException(nameof(OwnOptimizer)));
        }

        /// <summary>What was copied into it counts.</summary>
        public void Restore()
        {
            if (_number is { } number)
                field.SetValue(state, field.FieldType == typeof(long) ? (object)number.item<long>() : number.item<double>());
        }

        public void Dispose() => _number?.Dispose();

        private ShardTensor Small(Tensor value) =>
            new($"{parameter.Name}.{field.Name}", value.shape, new Extent(0, checked((int)TensorRows.Of(value.shape))), value);
    }
}
