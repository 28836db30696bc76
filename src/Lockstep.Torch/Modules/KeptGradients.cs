using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// Keeps the gradients of earlier parts of a batch while this replica makes the pass of a part in which it has no samples. That pass takes
/// one sample that is not counted, so its gradients are thrown away.
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

    /// <summary>Puts the kept gradients in the place of those that the pass has left.</summary>
    /// <param name="share">What the pass would add to the loss.</param>
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
