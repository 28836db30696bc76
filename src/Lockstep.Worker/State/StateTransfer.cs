using Lockstep.Core.Collectives;
using Lockstep.Torch.Memory;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>A shard's whole state on its way from one member of a group to all others.</summary>
internal sealed class StateTransfer
{
    private readonly ShardState _state;
    private readonly List<(Tensor Tensor, Tensor Staged, IPendingOperation Pending)> _parts = [];
    private readonly bool _receives;
    private readonly long _step;

    private StateTransfer(ShardState state, bool receives, long step) => (_state, _receives, _step) = (state, receives, step);

    /// <summary>Begins it.</summary>
    /// <param name="state">Here: what is sent, or what is overwritten.</param>
    /// <param name="group">Who takes part.</param>
    /// <param name="source">The place of the one who sends, in the group.</param>
    /// <param name="first">Names the first of the operations; the others follow by their points.</param>
    public static StateTransfer Begin(ShardState state, ICollectives group, int source, Operation first)
    {
        using var guard = no_grad();
        var transfer = new StateTransfer(state, group.Rank != source, first.Step);
        Tensor[] tensors =
        [
            .. state.Trainable.Parameters.Select(p => p.Value),
            .. state.Trainable.State.Select(s => s.Value),
            .. state.Optimizer.State.Select(s => s.Value),
            .. state.Average?.Averages.Select(a => a.Value) ?? [],
        ];
        for (int i = 0; i < tensors.Length; i++)
        {
            using var scope = NewDisposeScope();
            var staged = tensors[i].cpu().contiguous().MoveToOuterDisposeScope(); // the tensor itself on the CPU
            var all = HostMemory.BytesOf(staged);
            var parts = Enumerable.Range(0, group.Size).Select(member => member == source ? all : all.Slice(0, 0));
            var pending = group.AllGather(first with { Point = first.Point + i }, [.. parts]);
            transfer._parts.Add((tensors[i], staged, pending));
        }

        return transfer;
    }

    /// <summary>Blocks until it is through; the state is then that of the step that names it.</summary>
    /// <exception cref="PeerLostException">The sender or a receiver is gone.</exception>
    public void Complete()
    {
        using var guard = no_grad();
        foreach (var (tensor, staged, pending) in _parts)
        {
            pending.Wait();
            if (_receives && tensor.device_type != DeviceType.CPU)
                tensor.copy_(staged);
        }

        if (!_receives)
            return;
        _state.Optimizer.Resume(_step);
        _state.Applied = _step;
    }
}
