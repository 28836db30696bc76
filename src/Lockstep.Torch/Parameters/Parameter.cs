using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Memory;
using static TorchSharp.torch;

namespace Lockstep.Torch.Parameters;

/// <summary>
/// A shard's rows of one weight or bias. Rows are output channels, so a shard always holds a contiguous part of the whole tensor. The
/// values are fp32; where the arithmetic is bf16, layers work with their rounding.
/// </summary>
public sealed class Parameter : IDisposable
{
    private readonly bool _isBorrowed; // what layers work with is a module's
    private Tensor? _sum; // the gradient, fp32, where it is not what the last backward pass left

    /// <param name="name">Layer and role; the same in every layout.</param>
    /// <param name="isBias">Biases have a rate and a decay of their own.</param>
    /// <param name="wholeShape">Shape in the whole net.</param>
    /// <param name="rows">The rows of it that are held here; they begin as zeros.</param>
    /// <param name="arithmetic">Where the parameter is worked with, and in what numbers.</param>
    public Parameter(string name, bool isBias, IReadOnlyList<long> wholeShape, Extent rows, Arithmetic arithmetic)
    {
        (Name, IsBias, WholeShape, Rows) = (name, isBias, wholeShape, rows);
        Shape = [rows.Length, .. wholeShape.Skip(1)];
        using var scope = NewDisposeScope();
        var values = zeros([.. Shape], dtype: ScalarType.Float32, device: arithmetic.Device);
        bool isKernel = Shape.Count == 4; // outputs x inputs x height x width
        Value = (arithmetic.UsesPixels && isKernel ? values.In(MemoryLayout.Pixels) : values).DetachFromDisposeScope();
        Working = arithmetic.Type == ScalarType.Float32 ? Value : zeros_like(Value, dtype: arithmetic.Type).DetachFromDisposeScope();
        Working.requires_grad_(true);
    }

    private Parameter(string name, Tensor leaf)
    {
        (Name, IsBias, WholeShape, Shape) = (name, leaf.dim() == 1, leaf.shape, leaf.shape);
        Rows = new Extent(0, checked((int)TensorRows.Of(leaf.shape)));
        (Working, _isBorrowed) = (leaf, true);
        Value = leaf.dtype == ScalarType.Float32 ? leaf : leaf.detach().to(ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>A whole parameter of somebody else's module, which goes on to use it.</summary>
    /// <param name="name">Its name in the module.</param>
    /// <param name="leaf">The module's tensor, a leaf: fp32, or bf16, whose fp32 values are then kept here.</param>
    /// <exception cref="ArgumentException">The tensor is another one.</exception>
    public static Parameter Over(string name, Tensor leaf) =>
        leaf is { is_leaf: true, requires_grad: true, dtype: ScalarType.Float32 or ScalarType.BFloat16 }
            ? new Parameter(name, leaf)
            : throw new ArgumentException(
                $"parameter '{name}' is of type {leaf.dtype} (a leaf: {leaf.is_leaf}); it must be an fp32 or bf16 leaf that requires a "
                    + "gradient.",
                nameof(leaf)
            );

    /// <summary>Layer and role, such as <c>conv1.weight</c>; the same in every layout.</summary>
    public string Name { get; }

    /// <summary>Biases have a rate and a decay of their own.</summary>
    public bool IsBias { get; }

    /// <summary>Shape in the whole net; the first dimension counts output channels.</summary>
    public IReadOnlyList<long> WholeShape { get; }

    /// <summary>The rows (output channels) of the whole tensor that are held here.</summary>
    public Extent Rows { get; }

    /// <summary>All rows are held here; where there are several shards, all of them hold it.</summary>
    public bool IsWhole => Rows.Length == TensorRows.Of(WholeShape);

    /// <summary>Shape here: <see cref="WholeShape"/> with fewer rows.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values, of <see cref="Shape"/>, fp32.</summary>
    public Tensor Value { get; }

    /// <summary>What layers work with: the values themselves, or their rounding to bf16; a leaf that gathers its gradient.</summary>
    public Tensor Working { get; }

    /// <summary>True where <see cref="Working"/> is another tensor than <see cref="Value"/>.</summary>
    public bool IsRounded => !ReferenceEquals(Working, Value);

    /// <summary>Elements of one row.</summary>
    public long RowLength => TensorRows.Length(WholeShape);

    /// <summary>Elements held here.</summary>
    public long Count => Rows.Length * RowLength;

    /// <summary>The values as they go to a checkpoint.</summary>
    public ShardTensor Weights => new(Name, WholeShape, Rows, Value);

    /// <summary>What an optimiser remembers of this parameter, as it goes to a checkpoint.</summary>
    /// <param name="role">Such as <c>velocity</c>.</param>
    /// <param name="value">The value, of the shape <see cref="Shape"/>.</param>
    public ShardTensor Companion(string role, Tensor value) => new($"{Name}.{role}", WholeShape, Rows, value);

    /// <summary>
    /// The gradient of the step in progress, of <see cref="Shape"/>, fp32 or of the type of <see cref="Working"/>; null before any. The
    /// caller disposes it.
    /// </summary>
    public Tensor? FindGradient() => _sum?.alias() ?? Working.grad;

    /// <summary>Whether there is one.</summary>
    public bool HasGradient
    {
        get
        {
            using var gradient = FindGradient();
            return gradient is not null;
        }
    }

    /// <summary>The same where there must be one.</summary>
    /// <exception cref="InvalidOperationException">No backward pass has reached this parameter.</exception>
    public Tensor Gradient() =>
        FindGradient() ?? throw new InvalidOperationException($"parameter '{Name}' has no gradient; run a backward pass first.");

    /// <summary>Puts values of this shape in place of the gradient: fp32 ones that are where the weights are without a copy.</summary>
    public void SetGradient(Tensor values)
    {
        ClearGradient();
        bool fits = values.device_type == Value.device_type && values.dtype == Value.dtype;
        _sum = (fits ? values.alias() : empty_like(Value).copy_(values, true)).DetachFromDisposeScope();
    }

    /// <summary>
    /// Adds what the last backward pass left to the gradients of earlier parts of the batch, in fp32; fp32 gathers by itself.
    /// </summary>
    public void Accumulate()
    {
        if (!IsRounded || Working.grad is not { } part)
            return;
        using var guard = no_grad();
        using (part)
        {
            if (_sum is null)
                _sum = part.to(ScalarType.Float32).DetachFromDisposeScope();
            else
                _sum.add_(part);
        }
        Working.grad = null;
    }

    /// <summary>Forgets the gradient, so that the next backward pass starts a new one.</summary>
    public void ClearGradient()
    {
        _sum?.Dispose();
        _sum = null;
        Working.grad = null;
    }

    /// <summary>Overwrites the values with fp32 bytes in row-major order.</summary>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        using var guard = no_grad();
        using var staged = zeros([.. Shape], dtype: ScalarType.Float32);
        bytes.CopyTo(staged.bytes);
        Value.copy_(staged);
        Round();
    }

    /// <summary>The values have changed: <see cref="Working"/> follows.</summary>
    public void Round()
    {
        if (!IsRounded)
            return;
        using var guard = no_grad();
        Working.copy_(Value);
    }

    public void Dispose()
    {
        ClearGradient();
        if (IsRounded || !_isBorrowed)
            Value.Dispose();
        if (!_isBorrowed)
            Working.Dispose();
    }
}
