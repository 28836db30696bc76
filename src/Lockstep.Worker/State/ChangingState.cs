using Lockstep.Core.Collectives;
using Lockstep.Core.Sampling;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.SharedMemory;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// What a pass changes beside the gradients, such as running means. 1. Before a step it is held, since a step that nobody makes must leave
/// it as it was. 2. After the passes it travels, with the gradients, from the first replica that has samples to all others: whoever has
/// voted holds it (law 5). 3. The update makes it the state of the run.
/// </summary>
internal sealed class ChangingState(IReadOnlyList<StateTensor> state, StepPlan steps, int point) : IDisposable
{
    private const int Alignment = 8;

    private readonly IReadOnlyList<Tensor> _before = [.. state.Select(s => empty_like(s.Value).DetachFromDisposeScope())];
    private bool _isHeld;
    private ICollectives? _replicas;
    private SharedMemoryBlock? _block;
    private IPendingOperation? _pending;
    private int _source;

    /// <summary>Shares with the members of another generation from now on.</summary>
    /// <param name="replicas">The holders of the same part.</param>
    /// <param name="allocate">Makes memory of so many bytes.</param>
    public void Use(ICollectives replicas, Func<long, SharedMemoryBlock> allocate)
    {
        Free();
        if (replicas.Size > 1)
            (_replicas, _block) = (replicas, allocate(state.Sum(s => Padded(s.Value))));
    }

    /// <summary>A step begins.</summary>
    public void Hold()
    {
        Copy(state.Select(s => s.Value), _before);
        _isHeld = true;
    }

    /// <summary>The step was made.</summary>
    public void Keep() => _isHeld = false;

    /// <summary>The step was not made: all is as before.</summary>
    public void Restore()
    {
        if (_isHeld)
            Copy(_before, state.Select(s => s.Value));
        _isHeld = false;
    }

    /// <summary>Begins to bring the state of a step, after this replica's passes.</summary>
    public void Begin(long step)
    {
        if (_replicas is not { } replicas || _block is not { } block)
            return;
        _source = Enumerable.Range(0, replicas.Size).First(r => steps.Positions(step, r, replicas.Size).Length > 0);
        var all = block.Memory(ElementType.Byte).Slice(0, state.Sum(s => Padded(s.Value)));
        if (replicas.Rank == _source)
            Copy(all, isSource: true);
        var parts = Enumerable.Range(0, replicas.Size).Select(r => r == _source ? all : all.Slice(0, 0));
        _pending = replicas.AllGather(new Operation(OperationKind.Reduce, step, point), [.. parts]);
    }

    /// <summary>Blocks until it has come, and puts it in place.</summary>
    /// <exception cref="PeerLostException">Another replica did not come.</exception>
    public void Wait()
    {
        if (_pending is not { } pending)
            return;
        pending.Wait();
        _pending = null;
        if (_block is { } block && _replicas?.Rank != _source)
            Copy(block.Memory(ElementType.Byte), isSource: false);
    }

    /// <summary>Takes the memory back from what was begun in a generation that has ended.</summary>
    public void Abandon()
    {
        try
        {
            _pending?.Wait();
        }
        catch (Exception e) when (e is PeerLostException or OperationCanceledException)
        {
            // how the generation ended is known already
        }

        _pending = null;
    }

    public void Dispose()
    {
        Free();
        foreach (var copy in _before)
            copy.Dispose();
    }

    private static long Padded(Tensor value)
    {
        long bytes = value.numel() * value.element_size();
        return (bytes + Alignment - 1) / Alignment * Alignment;
    }

    private static void Copy(IEnumerable<Tensor> sources, IEnumerable<Tensor> targets)
    {
        using var guard = no_grad();
        foreach (var (source, target) in sources.Zip(targets))
            target.copy_(source);
    }

    private void Free()
    {
        _block?.Dispose();
        (_replicas, _block) = (null, null);
    }

    private unsafe void Copy(TensorMemory all, bool isSource)
    {
        using var guard = no_grad();
        byte* place = (byte*)all.Address;
        foreach (var value in state.Select(s => s.Value))
        {
            using var scope = NewDisposeScope();
            var staged = value.cpu().contiguous(); // the tensor itself on the CPU
            var memory = HostMemory.Of(staged);
            if (isSource)
                Buffer.MemoryCopy((void*)memory.Address, place, memory.Bytes, memory.Bytes);
            else
                Buffer.MemoryCopy(place, (void*)memory.Address, memory.Bytes, memory.Bytes);
            if (!isSource && (value.device_type != DeviceType.CPU || !value.is_contiguous()))
                value.copy_(staged);
            place += Padded(value);
        }
    }
}
