using AlexNet.Net.Layers;
using static TorchSharp.torch;

namespace AlexNet.Net.Tests.Layers;

/// <summary>Convolutions whose channels do not fill oneDNN's blocks, in a memory that is full of large numbers.</summary>
public class WholeBlocksTests
{
    private const double Rounding = 1e-6; // relative, of sums over at most a few hundred terms in fp32
    private const int Repetitions = 4; // what is found in memory differs

    [Theory]
    [InlineData(9, 18, 2)]
    [InlineData(8, 18, 3)]
    [InlineData(24, 24, 3)]
    [InlineData(20, 32, 3)]
    [InlineData(3, 12, 3)]
    [InlineData(16, 32, 3)]
    public void Convolution_AnyNumberOfChannels_IsRightForwardAndBackward(int inputs, int outputs, int kernel)
    {
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            using var scope = NewDisposeScope();
            randn(1_000_000).mul_(1e6).Dispose();
            var (input, weight, bias) = (Leaf(randn(4, inputs, 6, 7)), Leaf(randn(outputs, inputs, kernel, kernel)), Leaf(randn(outputs)));
            var output = WholeBlocks.AreNeeded(input, weight, 1)
                ? WholeBlocks.Convolve(input, weight, bias, [1, 1], [1, 1])
                : nn.functional.conv2d(input, weight, bias, [1, 1], [1, 1]);
            var gradient = randn(output.shape);
            output.backward([gradient]);

            var (x, w, b) = (Double(input), Double(weight), Double(bias));
            var expected = nn.functional.conv2d(x, w, b, [1, 1], [1, 1]);
            expected.backward([gradient.to(ScalarType.Float64)]);
            AssertNear(expected, output);
            AssertNear(x.grad, input.grad);
            AssertNear(w.grad, weight.grad);
            AssertNear(b.grad, bias.grad);
        }
    }

    private static Tensor Leaf(Tensor values) => values.detach().requires_grad_(true);

    private static Tensor Double(Tensor values) => Leaf(values.detach().to(ScalarType.Float64));

    private static void AssertNear(Tensor? expected, Tensor? found)
    {
        Assert.True(expected is not null && found is not null);
        double error = ((found.detach().to(ScalarType.Float64) - expected.detach()).norm() / expected.detach().norm()).item<double>();
        Assert.True(error < Rounding, $"relative error {error}"); // false for a NaN too
    }
}
