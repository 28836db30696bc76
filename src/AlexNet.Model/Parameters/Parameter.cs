using AlexNet.Core.Topology;
using AlexNet.Model.Checkpoints;
using static TorchSharp.torch;

namespace AlexNet.Model.Parameters;

/// <summary>
/// A shard's rows of one weight or bias. Rows are output channels, so a shard always holds a contiguous part of the whole tensor.
/// </summary>
public sealed class Parameter : IDisposable
{
    internal Parameter(string name, bool isBias, IReadOnlyList<long> wholeShape, Extent rows, Device device)
    {
        (Name, IsBias, WholeShape, Rows) = (name, isBias, wholeShape, rows);
        Shape = [rows.Length, .. wholeShape.Skip(1)];
        Value = zeros([.. Shape], dtype: ScalarType.Float32, device: device).requires_grad_(true).DetachFromDisposeScope();
    }

    /// <summary>Layer and role, such as <c>conv1.weight</c>; the same in every layout.</summary>
    public string Name { get; }

    /// <summary>Biases have a rate and a decay of their own.</summary>
    public bool IsBias { get; }

    /// <summary>Shape in the whole net; the first dimension counts output channels.</summary>
    public IReadOnlyList<long> WholeShape { get; }

    /// <summary>The rows (output channels) of the whole tensor that are held here.</summary>
    public Extent Rows { get; }

    /// <summary>Shape here: <see cref="WholeShape"/> with fewer rows.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values, of <see cref="Shape"/>, fp32; a leaf that gathers its gradient.</summary>
    public Tensor Value { get; }

    /// <summary>Elements of one row.</summary>
    public long RowLength => WholeShape.Skip(1).Aggregate(1L, (product, size) => product * size);

    /// <summary>Elements held here.</summary>
    public long Count => Rows.Length * RowLength;

    /// <summary>The values as they go to a checkpoint.</summary>
    public ShardTensor Weights => new(Name, WholeShape, Rows, Value);

    /// <summary>What an optimiser remembers of this parameter, as it goes to a checkpoint.</summary>
    /// <param name="role">Such as <c>velocity</c>.</param>
    /// <param name="value">Of <see cref="Shape"/>.</param>
    public ShardTensor Companion(string role, Tensor value) => new($"{Name}.{role}", WholeShape, Rows, value);

    /// <summary>The gradient of the step in progress; the caller disposes the wrapper.</summary>
    /// <exception cref="InvalidOperationException">No backward pass has reached this parameter.</exception>
    public Tensor Gradient() => Value.grad ?? throw new InvalidOperationException($"parameter '{Name}' has no gradient; run a backward pass first.");

    /// <summary>Puts values of this shape, fp32, in place of the gradient: on the CPU without a copy.</summary>
    public void SetGradient(Tensor values) => Value.grad = values.device_type == Value.device_type ? values : values.to(Value.device);

    /// <summary>Forgets the gradient, so that the next backward pass starts a new one.</summary>
    public void ClearGradient() => Value.grad = null;

    /// <summary>Overwrites the values with fp32 bytes in row-major order.</summary>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        using var guard = no_grad();
        using var staged = zeros([.. Shape], dtype: ScalarType.Float32);
        bytes.CopyTo(staged.bytes);
        Value.copy_(staged);
    }

    public void Dispose() => Value.Dispose();
}
