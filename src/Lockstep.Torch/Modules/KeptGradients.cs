using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// Gradients of earlier parts of a batch, while a part without samples goes through the net with one that counts nothing: what that leaves
/// is thrown away, whatever it is.
/// </summary>
internal sealed class KeptGradients : IDisposable
{
    private readonly IReadOnlyList<(Parameter Parameter, Tensor? Gradient)> _kept;

    /// <param name="parameters">Those that the pass leaves gradients for.</param>
    public KeptGradients(IReadOnlyList<Parameter> parameters)
    {
        _kept = [.. parameters.Select(p => (p, p.Working.grad))];
        foreach (var parameter in parameters)
            parameter.Working.grad = null;
    }

    /// <summary>The pass is over, and was for nothing.</summary>
    /// <returns>A share that adds zero to the loss.</returns>
    public LossShare PutBack(LossShare share)
    {
        foreach (var (parameter, gradient) in _kept)
            parameter.Working.grad = gradient;
        return new LossShare(zeros_like(share.Sum), share.Weight is { } weight ? zeros_like(weight) : null);
    }

    public void Dispose()
    {
        foreach (var (_, gradient) in _kept)
            gradient?.Dispose();
    }
}
