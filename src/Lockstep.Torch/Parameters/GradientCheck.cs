using Lockstep.Torch.Vectors;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Torch.Parameters;

/// <summary>Whether gradients are finite: what every update asks before it changes a weight (law 5).</summary>
public static class GradientCheck
{
    /// <summary>
    /// A number for each parameter, fp32, on the device, that is finite only if every element of its gradient is. A GPU is not waited for;
    /// there it is the sum, whose own overflow would be a reason to stop as well.
    /// </summary>
    public static IReadOnlyList<Tensor> Of(IReadOnlyList<Parameter> parameters)
    {
        if (parameters.Any(p => p.Value.device_type != DeviceType.CPU))
            return [.. parameters.Select(p => p.Gradient().sum(ScalarType.Float32))];
        bool[] finite = FiniteScan.Run([.. parameters.Select(p => p.Gradient().contiguous())]);
        return [.. finite.Select(f => tensor(f ? 0f : float.NaN))];
    }
}
