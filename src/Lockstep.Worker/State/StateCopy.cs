using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>A copy of a shard's whole state in host memory.</summary>
internal sealed class StateCopy : IDisposable
{
    private StateCopy(IReadOnlyList<Tensor> tensors) => Tensors = tensors;

    /// <summary>The tensors, in the order of <see cref="ShardState.Tensors"/>; of another worker's, their bytes.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>The step that it is of; null while it is not whole.</summary>
    public long? Step { get; set; }

    /// <summary>Room for a shard of this worker.</summary>
    public static StateCopy Of(ShardState state) =>
        new([.. state.Tensors.Select(t => empty(t.shape, dtype: t.dtype, device: CPU).DetachFromDisposeScope())]);

    /// <summary>Room for another worker's shard.</summary>
    /// <param name="sizes">The bytes of each tensor.</param>
    public static StateCopy Of(IEnumerable<long> sizes) =>
        new([.. sizes.Select(bytes => empty(bytes, dtype: ScalarType.Byte, device: CPU).DetachFromDisposeScope())]);

    /// <summary>The bytes of each tensor of a state.</summary>
    public static long[] SizesOf(ShardState state) => [.. state.Tensors.Select(t => t.numel() * t.element_size())];

    /// <summary>Takes the state as it is.</summary>
    public void Take(ShardState state)
    {
        using var guard = no_grad();
        foreach (var (copy, tensor) in Tensors.Zip(state.Tensors))
            copy.copy_(tensor);
        Step = state.Applied;
    }

    /// <summary>Gives the state back.</summary>
    public void Give(ShardState state)
    {
        using var guard = no_grad();
        foreach (var (copy, tensor) in Tensors.Zip(state.Tensors))
            tensor.copy_(copy);
        state.Resume(Step ?? throw new InvalidOperationException("the copy is not whole."));
    }

    public void Dispose()
    {
        foreach (var tensor in Tensors)
            tensor.Dispose();
    }
}
