using Lockstep.Torch.Devices;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Trainables;

/// <summary>
/// The factors of a fully connected layer's gradients: its inputs and the gradients of its outputs, a row for each sample. The weight's
/// gradient is (samples x outputs) transposed times (samples x inputs), the bias's the sum of the rows, so replicas that tell each other
/// the factors can each make the sum over all samples: fewer bytes than the gradients have, as long as the samples are fewer than the
/// outputs.
/// </summary>
public sealed class GradientFactors : IDisposable
{
    private readonly List<(Tensor Inputs, Tensor OutputGradients)> _parts = []; // of the step in progress, one for each micro-batch
    private readonly Arithmetic _arithmetic;
    private Tensor? _weightGradient; // fp32; lives as long as this, since its memory is large

    /// <param name="inputs">The number of inputs that one output sums over.</param>
    /// <param name="weight">outputs held here x inputs.</param>
    /// <param name="bias">outputs held here.</param>
    /// <param name="arithmetic">In what numbers the layer computes.</param>
    public GradientFactors(int inputs, Parameter weight, Parameter bias, Arithmetic arithmetic) =>
        (Inputs, Weight, Bias, _arithmetic) = (inputs, weight, bias, arithmetic);

    /// <summary>That one output sums over.</summary>
    public int Inputs { get; }

    /// <summary>Outputs held here.</summary>
    public int Outputs => Weight.Rows.Length;

    /// <summary>What they are the factors of.</summary>
    public Parameter Weight { get; }

    /// <inheritdoc cref="Weight"/>
    public Parameter Bias { get; }

    /// <summary>The type of their elements: that of activations.</summary>
    public ScalarType Type => _arithmetic.Type;

    /// <summary>The layer leaves its factors, and no gradients of weight and bias.</summary>
    public bool IsUsed { get; set; }

    /// <summary>Copies the factors of the step, all micro-batches one after the other, and forgets them.</summary>
    /// <param name="inputs">samples of this replica x <see cref="Inputs"/>.</param>
    /// <param name="outputGradients">samples of this replica x <see cref="Outputs"/>.</param>
    public void MoveTo(Tensor inputs, Tensor outputGradients)
    {
        using var guard = no_grad();
        long row = 0;
        foreach (var (x, y) in _parts)
        {
            using var toX = inputs.narrow(0, row, x.shape[0]);
            using var toY = outputGradients.narrow(0, row, y.shape[0]);
            toX.copy_(x);
            toY.copy_(y);
            row += x.shape[0];
        }
        Clear();
    }

    /// <summary>Makes the gradients of weight and bias, fp32, from everybody's factors.</summary>
    /// <param name="inputs">samples of all replicas x <see cref="Inputs"/>, on the host or where the weights are.</param>
    /// <param name="outputGradients">samples of all replicas x <see cref="Outputs"/>, likewise.</param>
    public void Multiply(Tensor inputs, Tensor outputGradients)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var x = inputs.to(_arithmetic.Device).to(_arithmetic.ProductType);
        var y = outputGradients.to(_arithmetic.Device).to(_arithmetic.ProductType);
        _weightGradient ??= empty_like(Weight.Value).DetachFromDisposeScope();
        if (x.dtype == _weightGradient.dtype)
            _weightGradient.addmm_(y.t(), x, beta: 0);
        else
            _weightGradient.copy_(y.t().mm(x));
        Weight.SetGradient(_weightGradient);
        Bias.SetGradient(y.sum(0, type: ScalarType.Float32));
    }

    /// <summary>Forgets what a step that was broken off has left.</summary>
    public void Clear()
    {
        foreach (var (x, y) in _parts)
        {
            x.Dispose();
            y.Dispose();
        }
        _parts.Clear();
    }

    public void Dispose()
    {
        Clear();
        _weightGradient?.Dispose();
    }

    /// <summary>Keeps the factors of a micro-batch: what a layer leaves in place of gradients.</summary>
    public void Add(Tensor inputs, Tensor outputGradients) =>
        _parts.Add((inputs.detach().DetachFromDisposeScope(), outputGradients.detach().DetachFromDisposeScope()));
}
