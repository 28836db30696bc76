using System.Runtime.ExceptionServices;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// Finds out while a backward pass runs which groups of gradients are complete. 1. A hook before each module that has parameters lays a
/// <see cref="BorderFunction"/> on its input and remembers the order of the calls. 2. When backward reaches a border, the gradients of the
/// modules that were called from there on are complete. 3. Groups are told in their order, the same on every worker.
/// The first pass only looks on: a parameter whose gradient changed after its border (something else uses it) is complete at the end, and a
/// pass that calls its modules in another order is told at its end.
/// </summary>
internal sealed class BackwardBorders
{
    private readonly IReadOnlyList<GradientGroup> _groups;
    private readonly Dictionary<Parameter, int> _owners = []; // the module, by its place among those with a hook
    private readonly List<int> _calls = []; // of this pass
    private int[]? _usual; // the calls of the pass that was looked at
    private HashSet<Parameter> _late = []; // those that are complete at the end alone
    private IPassProgress? _progress; // of this pass; null while nobody listens
    private Dictionary<Parameter, Tensor>? _seen; // gradients as they were at their borders, in the pass that is looked at
    private Exception? _failure;
    private int _told,
        _reached; // calls from here on are complete

    /// <param name="root">The net; its hooks stay.</param>
    /// <param name="parameters">Trained parameters with the tensors that the net has them in.</param>
    /// <param name="groups">In the order in which they are told.</param>
    public BackwardBorders(nn.Module root, IReadOnlyList<Parameter> parameters, IReadOnlyList<GradientGroup> groups)
    {
        _groups = groups;
        var byHandle = parameters.ToDictionary(p => p.Working.Handle);
        int hooked = 0;
        foreach (var (_, module) in NetModules.Of(root))
        {
            int place = hooked;
            Parameter[] own =
            [
                .. module.named_parameters(recurse: false).Select(p => byHandle.GetValueOrDefault(p.parameter.Handle)).OfType<Parameter>(),
            ];
            if (own.Length == 0 || !TryHook(module, x => Border(x, place)))
                continue;
            foreach (var parameter in own)
                _owners.TryAdd(parameter, place);
            hooked++;
        }
    }

    /// <summary>A forward pass begins.</summary>
    /// <param name="progress">Who hears of complete groups; null for nobody.</param>
    public void Begin(IPassProgress? progress)
    {
        _calls.Clear();
        (_progress, _failure, _told, _reached) = (progress, null, 0, int.MaxValue);
        _seen = progress is not null && _usual is null ? [] : null;
    }

    /// <summary>The backward pass has ended: all groups that were not told are.</summary>
    public void End()
    {
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        if (_progress is not { } progress)
            return;
        if (_seen is not null)
            Learn(_seen);
        _progress = null;
        for (; _told < _groups.Count; _told++)
            progress.Finished(_groups[_told]);
    }

    private bool TellsEarly => _usual is { } usual && _calls.SequenceEqual(usual);

    private Tensor Border(Tensor input, int module)
    {
        if (_progress is null || !input.requires_grad || !is_grad_enabled())
            return input;
        int call = _calls.Count;
        _calls.Add(module);
        return BorderFunction.apply(input, (Action)(() => Reach(call)));
    }

    private void Reach(int call)
    {
        try
        {
            _reached = Math.Min(_reached, call);
            if (_seen is { } seen)
                Look(seen);
            else if (TellsEarly)
                Tell();
        }
        catch (Exception e)
        {
            _failure ??= e; // none may leave an operation of autograd: it would end the process
        }
    }

    private void Tell()
    {
        for (; _told < _groups.Count && _groups[_told].Parameters.All(IsComplete); _told++)
            _progress?.Finished(_groups[_told]);
    }

    private bool IsComplete(Parameter parameter) =>
        _owners.TryGetValue(parameter, out int owner)
        && !_late.Contains(parameter)
        && _calls.IndexOf(owner) is >= 0 and var first
        && first >= _reached;

    private void Look(Dictionary<Parameter, Tensor> seen)
    {
        foreach (var parameter in _groups.SelectMany(g => g.Parameters).Where(p => !seen.ContainsKey(p) && IsComplete(p)))
        {
            using var gradient = parameter.FindGradient();
            if (gradient is not null)
                seen[parameter] = gradient.detach().clone().DetachFromDisposeScope();
        }
    }

    private void Learn(Dictionary<Parameter, Tensor> seen)
    {
        _usual = [.. _calls];
        _late = [];
        foreach (var parameter in _groups.SelectMany(g => g.Parameters))
        {
            using var gradient = parameter.FindGradient();
            bool isSame = seen.Remove(parameter, out var then) && gradient is not null && then.equal(gradient).all().item<bool>();
            then?.Dispose();
            if (!isSame)
                _late.Add(parameter);
        }

        _seen = null;
    }

    /// <summary>Hooks differ by what a module takes; those for modules of one to three tensors are known.</summary>
    private static bool TryHook(nn.Module module, Func<Tensor, Tensor> border)
    {
        switch (module)
        {
            case nn.Module<Tensor, Tensor> one:
                one.register_forward_pre_hook((_, x) => border(x));
                return true;
            case nn.Module<Tensor, Tensor, Tensor> two:
                two.register_forward_pre_hook((_, x, y) => (border(x), y));
                return true;
            case nn.Module<Tensor, Tensor, Tensor, Tensor> three:
                three.register_forward_pre_hook((_, x, y, z) => (border(x), y, z));
                return true;
            default:
                return false;
        }
    }
}
