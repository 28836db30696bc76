using static TorchSharp.torch;

namespace AlexNet.Net.Tests.Normalisation;

internal static class TensorAssert
{
    /// <summary>
    /// Every element within a relative bound, and an absolute one for elements near zero; NaN only where NaN is required.
    /// </summary>
    public static void Near(Tensor expected, Tensor found, double relative, double absolute)
    {
        Assert.Equal(expected.shape, found.shape);
        var (want, have) = (Values(expected), Values(found));
        for (int i = 0; i < want.Length; i++)
        {
            Assert.True(
                double.IsNaN(want[i])
                    ? double.IsNaN(have[i])
                    : want[i].Equals(have[i]) || Math.Abs(have[i] - want[i]) <= absolute + relative * Math.Abs(want[i]),
                $"element {i} is {have[i]:g9}; {want[i]:g9} was required."
            );
        }
    }

    /// <summary>Every bit equal, in whatever layout; but one zero is as good as the other, and one NaN as another.</summary>
    public static void Same(Tensor expected, Tensor found) => Near(expected, found, 0, 0);

    private static double[] Values(Tensor tensor) =>
        tensor.numel() == 0 ? [] : tensor.contiguous().to(ScalarType.Float64).data<double>().ToArray(); // TorchSharp reads no empty tensor
}
