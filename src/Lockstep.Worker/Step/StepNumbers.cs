using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Worker.Step;

/// <summary>What the host must know of a step before its vote, in one read: a GPU is waited for once in a step, and here.</summary>
/// <param name="Loss">This replica's share of the mean over the global batch.</param>
/// <param name="Infected">The first parameter whose gradient is not finite; null if there is none.</param>
internal readonly record struct StepNumbers(double Loss, string? Infected)
{
    /// <summary>Reads them.</summary>
    /// <param name="losses">One number for each micro-batch, where the arithmetic runs.</param>
    /// <param name="parameters">With their gradients.</param>
    /// <param name="scale">What the losses are multiplied by.</param>
    public static StepNumbers Read(IReadOnlyList<Tensor> losses, IReadOnlyList<Parameter> parameters, double scale)
    {
        using var scope = NewDisposeScope();
        var numbers = stack([.. losses, .. GradientCheck.Of(parameters)]).cpu().data<float>();
        double loss = 0;
        for (int i = 0; i < losses.Count; i++)
            loss += numbers[i] * scale;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (!float.IsFinite(numbers[losses.Count + i]))
                return new(loss, parameters[i].Name);
        }

        return new(loss, null);
    }
}
