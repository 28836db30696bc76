using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Torch.Checkpoints;

/// <summary>
/// Saves a shard while it trains. After update n a thread copies weights and optimiser state, which do not change before update n + 1; that
/// update waits for the copy, most of which was made under forward and backward; the same thread then writes and hashes the copy under the
/// steps that follow. Host memory: one copy, taken here once and used by every save (488 MB for the 2012 net in one shard, with momentum).
/// So a save that is due while the former is still being written is not begun.
/// </summary>
public sealed class CheckpointCopy : IDisposable
{
    private readonly int _shard,
        _shards;
    private readonly IReadOnlyList<ShardTensor> _sources,
        _copies;
    private readonly int _parameters,
        _weights; // parameters and state tensors
    private readonly ManualResetEventSlim _copied = new(initialState: true);
    private Task _saving = Task.CompletedTask;
    private bool _disposed;

    /// <param name="parameters">The parameters of this shard.</param>
    /// <param name="state">What a pass changes: it is copied at once, before the next pass.</param>
    /// <param name="optimizer">The optimizer of these parameters.</param>
    /// <param name="average">Their average, which is saved as the weights; null for the weights themselves.</param>
    /// <param name="shard">This shard.</param>
    /// <param name="shards">All shards of the replica.</param>
    public CheckpointCopy(
        IReadOnlyList<Parameter> parameters,
        IReadOnlyList<StateTensor> state,
        IOptimizer optimizer,
        WeightAverage? average,
        int shard,
        int shards
    )
    {
        (_shard, _shards, _parameters, _weights) = (shard, shards, parameters.Count, parameters.Count + state.Count);
        _sources =
        [
            .. average?.Averages ?? parameters.Select(p => p.Weights),
            .. state.Select(WeightFiles.Whole),
            .. optimizer.State,
            .. average?.TrainedWeights ?? [],
        ];
        _copies = [.. _sources.Select(s => s with { Value = HostTensor(s.Value) })];
    }

    /// <summary>Begins to save what the tensors hold now; call <see cref="WaitUntilCopied"/> before they change.</summary>
    /// <param name="target">Gets one file of weights and one of optimiser state.</param>
    /// <returns>
    /// The files as they were written; fails with an <see cref="IOException"/> where the target cannot keep them, such as on a full disk.
    /// Null where the former save is still being written: nothing is begun.
    /// </returns>
    public Task<SavedShard>? Begin(ICheckpointTarget target)
    {
        if (!_saving.IsCompleted)
            return null;
        _copied.Reset();
        for (int i = _parameters; i < _weights; i++)
            Copy(_sources[i].Value, _copies[i].Value);
        var saving = Task.Factory.StartNew(
            () => Save(target),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        _saving = saving;
        return saving;
    }

    /// <summary>Returns once the tensors may change; at once where nothing is being copied.</summary>
    public void WaitUntilCopied() => _copied.Wait();

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        WaitUntilCopied();
        _saving.ContinueWith(_ => Free(), TaskScheduler.Default); // what is being written still needs its memory
    }

    private SavedShard Save(ICheckpointTarget target)
    {
        try
        {
            for (int i = 0; i < _sources.Count; i++)
            {
                if (i < _parameters || i >= _weights)
                    Copy(_sources[i].Value, _copies[i].Value);
            }
        }
        finally
        {
            _copied.Set();
        }
        return new(
            [
                Write(target, CheckpointFiles.Weights, _copies.Take(_weights)),
                Write(target, CheckpointFiles.Optimizer, _copies.Skip(_weights)),
            ],
            CommonHash()
        );
    }

    private string? CommonHash()
    {
        var common = _shards == 1 ? [] : _copies.Where(c => c.IsWhole).ToList();
        return common.Count == 0
            ? null
            : new HashingTarget().Write("common", file => SafetensorsWriter.Write(file, [.. common.Select(WeightFiles.Entry)])).Sha256;
    }

    private ManifestFile Write(ICheckpointTarget target, string kind, IEnumerable<ShardTensor> tensors)
    {
        using var scope = NewDisposeScope();
        var written = tensors.Select(t => t.WrittenBy(_shard, _shards)).ToList();
        return target.Write(CheckpointFiles.Shard(kind, _shard, _shards), file =>
            SafetensorsWriter.Write(file, [.. written.Select(WeightFiles.Entry)])
        );
    }

    /// <summary>On the CPU by this thread alone: libtorch would start a team of threads for it, which the training needs.</summary>
    private static unsafe void Copy(Tensor source, Tensor copy)
    {
        if (source.device_type != DeviceType.CPU || !source.is_contiguous())
        {
            using var guard = no_grad();
            copy.copy_(source);
            return;
        }
        var (from, to) = (HostMemory.Of(source), HostMemory.Of(copy));
        Buffer.MemoryCopy((void*)from.Address, (void*)to.Address, to.Bytes, from.Bytes);
    }

    /// <summary>Memory on the host for a tensor's values, present from the start; pinned where they come from a GPU.</summary>
    private static Tensor HostTensor(Tensor source)
    {
        var host = empty(source.shape, dtype: source.dtype).fill_(0).DetachFromDisposeScope();
        if (source.device_type == DeviceType.CPU)
            return host;
        using (host)
            return host.pin_memory().DetachFromDisposeScope();
    }

    private void Free()
    {
        foreach (var copy in _copies)
            copy.Value.Dispose();
        _copied.Dispose();
    }
}
