using AlexNet.Net.Shards;
using Lockstep.Core.Randomness;
using TorchSharp;

namespace AlexNet.Net.Tests.Shards;

public class SoftmaxLossTests
{
    private const int Samples = 5,
        Classes = 7,
        GlobalBatch = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(40)] // logits whose exponentials would overflow fp32
    public void Of_AnyLogits_EqualsTheFormula(double scale)
    {
        using var scope = torch.NewDisposeScope();
        var (logits, labels) = Draw(scale);

        var loss = SoftmaxLoss.Of(Tensor(logits), Labels(labels), GlobalBatch);

        double expected = 0;
        for (int s = 0; s < Samples; s++)
        {
            double[] shares = Softmax(logits[s]);
            expected -= Math.Log(shares[labels[s]]) / GlobalBatch;
            for (int c = 0; c < Classes; c++)
                Assert.Equal((shares[c] - (c == labels[s] ? 1 : 0)) / GlobalBatch, loss.LogitsGradient[s, c].item<float>(), 1e-7);
        }
        Assert.Equal(expected, loss.Value, 1e-6 * Math.Max(1, expected));
    }

    [Fact]
    public void Of_TheReplicasPartsOfABatch_AddUpToTheWhole()
    {
        using var scope = torch.NewDisposeScope();
        var (logits, labels) = Draw(1);
        var whole = SoftmaxLoss.Of(Tensor(logits), Labels(labels), Samples);

        var parts = new[] { 0..2, 2..5 }.Select(r => SoftmaxLoss.Of(Tensor(logits[r]), Labels(labels[r]), Samples)).ToList();

        Assert.Equal(whole.Value, parts.Sum(p => p.Value), 1e-6);
        Assert.True(whole.LogitsGradient.allclose(torch.cat([.. parts.Select(p => p.LogitsGradient)]), rtol: 1e-6));
    }

    /// <summary>One label of weight 1 is a target too.</summary>
    [Fact]
    public void OfTargets_OneLabelEach_IsTheLossOfTheLabels()
    {
        using var scope = torch.NewDisposeScope();
        var (logits, labels) = Draw(1);
        var expected = SoftmaxLoss.Of(Tensor(logits), Labels(labels), GlobalBatch);

        var loss = SoftmaxLoss.OfTargets(Tensor(logits), torch.nn.functional.one_hot(Labels(labels), Classes), GlobalBatch);

        Assert.Equal(expected.Value, loss.Value, 1e-6);
        Assert.True(expected.LogitsGradient.allclose(loss.LogitsGradient, rtol: 1e-5, atol: 1e-8));
    }

    [Fact]
    public void OfTargets_AnyWeights_EqualsTheFormula()
    {
        using var scope = torch.NewDisposeScope();
        var (logits, _) = Draw(1);
        var random = new RandomStream(13, "targets");
        double[][] targets =
        [
            .. Enumerable
                .Range(0, Samples)
                .Select(s => Enumerable.Range(0, Classes).Select(c => random.Uniform(Classes * s + c)).ToArray()),
        ];

        var loss = SoftmaxLoss.OfTargets(Tensor(logits), Tensor(targets), GlobalBatch);

        double expected = 0;
        for (int s = 0; s < Samples; s++)
        {
            double[] shares = Softmax(logits[s]);
            for (int c = 0; c < Classes; c++)
            {
                expected -= targets[s][c] * Math.Log(shares[c]) / GlobalBatch;
                double slope = (shares[c] * targets[s].Sum() - targets[s][c]) / GlobalBatch;
                Assert.Equal(slope, loss.LogitsGradient[s, c].item<float>(), 1e-6);
            }
        }
        Assert.Equal(expected, loss.Value, 1e-5 * expected);
    }

    [Fact]
    public void Of_NoSample_IsZero()
    {
        using var scope = torch.NewDisposeScope();

        var loss = SoftmaxLoss.Of(torch.zeros(0, Classes), torch.zeros(0, dtype: torch.int64), GlobalBatch);

        Assert.Equal(0, loss.Value);
        Assert.Equal([0, Classes], loss.LogitsGradient.shape);
    }

    private static (double[][] Logits, int[] Labels) Draw(double scale)
    {
        var random = new RandomStream(11, "softmax-loss");
        var logits = Enumerable
            .Range(0, Samples)
            .Select(s => Enumerable.Range(0, Classes).Select(c => (double)(float)(scale * random.Normal(Classes * s + c))).ToArray());
        return ([.. logits], [.. Enumerable.Range(0, Samples).Select(s => random.At(1, 0).Integer(s, Classes))]);
    }

    private static double[] Softmax(double[] logits)
    {
        double[] powers = logits.Select(l => Math.Exp(l - logits.Max())).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }

    private static torch.Tensor Tensor(double[][] logits) =>
        torch.tensor([.. logits.SelectMany(row => row.Select(l => (float)l))]).reshape(logits.Length, Classes);

    private static torch.Tensor Labels(int[] labels) => torch.tensor([.. labels.Select(l => (long)l)], dtype: torch.int64);
}
