using Lockstep.Core.Collectives;
using Lockstep.Torch.Memory;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>The tensors of a shard's state on their way from one member of a group to all others.</summary>
internal sealed class StateTransfer : IDisposable
{
    private readonly List<(Tensor Tensor, Tensor Staged, IPendingOperation Pending)> _parts = [];
    private readonly bool _receives;

    private StateTransfer(bool receives) => _receives = receives;

    /// <summary>Begins it.</summary>
    /// <param name="tensors">Here: what is sent, or what is overwritten; they may not change before it is complete.</param>
    /// <param name="group">Who takes part.</param>
    /// <param name="source">The place of the one who sends, in the group.</param>
    /// <param name="first">Names the first of the operations; the others follow by their points.</param>
    public static StateTransfer Begin(IReadOnlyList<Tensor> tensors, ICollectives group, int source, Operation first)
    {
        using var guard = no_grad();
        var transfer = new StateTransfer(group.Rank != source);
        for (int i = 0; i < tensors.Count; i++)
        {
            using var scope = NewDisposeScope();
            var staged = tensors[i].cpu().contiguous().DetachFromDisposeScope(); // the tensor itself on the CPU
            var all = HostMemory.BytesOf(staged);
            var parts = Enumerable.Range(0, group.Size).Select(member => member == source ? all : all.Slice(0, 0));
            var pending = group.AllGather(first with { Point = first.Point + i }, [.. parts]);
            transfer._parts.Add((tensors[i], staged, pending));
        }

        return transfer;
    }

    /// <summary>Blocks until it is through.</summary>
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
    }

    /// <summary>Takes the memory back where the generation has ended before it was through.</summary>
    public void Abandon()
    {
        foreach (var (_, _, pending) in _parts)
        {
            try
            {
                pending.Wait();
            }
            catch (Exception e) when (e is PeerLostException or OperationCanceledException)
            {
                // how the generation ended is known already
            }
        }
    }

    public void Dispose()
    {
        foreach (var (tensor, staged, _) in _parts.Where(p => !ReferenceEquals(p.Tensor, p.Staged)))
            staged.Dispose();
    }
}
