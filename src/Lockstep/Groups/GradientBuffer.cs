using Lockstep.Core.Collectives;
using Lockstep.Torch.Memory;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.SharedMemory;
using static TorchSharp.torch;

namespace Lockstep.Groups;

/// <summary>
/// One piece of memory in which the gradients of all parameters travel together; members of one machine add up in it without copies.
/// </summary>
internal sealed class GradientBuffer : IDisposable
{
    private readonly SharedMemoryBlock? _block;
    private readonly Tensor _all; // over the block, or memory of its own in a group of one
    private readonly long[] _counts;

    /// <param name="parameters">Whose gradients travel, in this order.</param>
    /// <param name="mesh">Makes the memory; null in a group of one.</param>
    /// <exception cref="ArgumentException">There is none, or one is not of fp32.</exception>
    public GradientBuffer(IReadOnlyList<Tensor> parameters, PeerMesh? mesh)
    {
        if (parameters.Count == 0)
            throw new ArgumentException("the module has no parameter that requires a gradient.", nameof(parameters));
        if (parameters.FirstOrDefault(p => p.dtype != ScalarType.Float32) is { } other)
            throw new ArgumentException($"a parameter is of type {other.dtype}; gradients of fp32 are averaged.", nameof(parameters));
        _counts = [.. parameters.Select(p => p.numel())];
        _block = mesh?.Allocate(_counts.Sum() * sizeof(float));
        _all = (_block is null ? zeros(_counts.Sum()) : HostMemory.View(Memory(_block))).DetachFromDisposeScope();
    }

    /// <summary>Whether it was made for parameters of these sizes.</summary>
    public bool Fits(IEnumerable<Tensor> parameters) => parameters.Select(p => p.numel()).SequenceEqual(_counts);

    /// <summary>Gradients become their mean over the members.</summary>
    /// <param name="parameters">Those that it was made for.</param>
    /// <param name="add">Adds up memory over the members.</param>
    /// <param name="members">Their number.</param>
    public void Average(IReadOnlyList<Tensor> parameters, Action<TensorMemory> add, int members)
    {
        var parts = _all.split(_counts);
        foreach (var (parameter, part) in parameters.Zip(parts))
        {
            if (parameter.grad is { } gradient)
                part.copy_(gradient.reshape(-1)); // some lie with gaps, or transposed
            else
                part.zero_();
        }

        if (_block is not null)
            add(Memory(_block));
        _all.div_(members);
        foreach (var (parameter, part) in parameters.Zip(parts))
        {
            if (parameter.grad is { } gradient)
                gradient.copy_(part.view(gradient.shape));
            else
                parameter.grad = part.view(parameter.shape).to(parameter.device, copy: true).DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        _all.Dispose();
        _block?.Dispose();
    }

    private TensorMemory Memory(SharedMemoryBlock block) => block.Memory(ElementType.Float32).Slice(0, _counts.Sum());
}
