using System.Runtime.InteropServices;
using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;
using FloatVector = System.Numerics.Vector<float>;

namespace AlexNet.Data.Tests.Generated;

/// <summary>The generated pictures must need more than a linear classifier, or a high accuracy of the net would prove nothing.</summary>
public class LinearClassifierTests
{
    private const int Train = 4000,
        Test = 1000,
        Epochs = 6,
        Classes = 10;
    private const float Rate = 0.0005f;

    /// <summary>Softmax regression on the pixels, by plain SGD. Ten classes, so guessing gives 10 %.</summary>
    [Fact]
    public void Train_SoftmaxRegression_StaysFarUnderHalf()
    {
        var set = DataSetOpener.Open(TestData.Recipe(train: Train, test: Test));
        float[][] weights = Enumerable.Range(0, Classes).Select(_ => new float[set.Train.Shape.Elements]).ToArray();
        float[] biases = new float[Classes];
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            foreach (int index in EpochOrder.Of(0, epoch, Train))
                Update(weights, biases, Input(set.Train, index), set.Train.LabelOf(index));
        }

        double train = Accuracy(set.Train, weights, biases),
            test = Accuracy(set.Test, weights, biases);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"linear classifier: {train:P1} of the training pictures, {test:P1} of the test pictures"
        );
        Assert.True(train > 0.2, $"it reached {train:P1} of its own training pictures, so it did not learn and the test shows nothing");
        Assert.True(test < 0.5, $"it reached {test:P1}");
    }

    private static void Update(float[][] weights, float[] biases, float[] input, int label)
    {
        float[] logits = Logits(weights, biases, input);
        float most = logits.Max();
        float[] exponentials = logits.Select(l => MathF.Exp(l - most)).ToArray();
        float sum = exponentials.Sum();
        for (int c = 0; c < Classes; c++)
        {
            float gradient = exponentials[c] / sum - (c == label ? 1 : 0);
            biases[c] -= Rate * gradient;
            Span<FloatVector> w = Vectors(weights[c]),
                x = Vectors(input);
            for (int i = 0; i < w.Length; i++)
                w[i] -= x[i] * (Rate * gradient);
        }
    }

    private static double Accuracy(IImageSet images, float[][] weights, float[] biases) =>
        Enumerable
            .Range(0, images.Count)
            .Count(i =>
            {
                float[] logits = Logits(weights, biases, Input(images, i));
                return Array.IndexOf(logits, logits.Max()) == images.LabelOf(i);
            }) / (double)images.Count;

    private static float[] Logits(float[][] weights, float[] biases, float[] input)
    {
        float[] logits = new float[Classes];
        for (int c = 0; c < Classes; c++)
        {
            var sum = FloatVector.Zero;
            Span<FloatVector> w = Vectors(weights[c]),
                x = Vectors(input);
            for (int i = 0; i < w.Length; i++)
                sum += w[i] * x[i];
            logits[c] = biases[c] + System.Numerics.Vector.Sum(sum);
        }
        return logits;
    }

    /// <summary>Pixels in -1..1; 4,800 of them, a multiple of every vector's length.</summary>
    private static float[] Input(IImageSet images, int index) => [.. TestData.Image(images, index).Select(p => p / 127.5f - 1)];

    private static Span<FloatVector> Vectors(float[] values) => MemoryMarshal.Cast<float, FloatVector>(values.AsSpan());
}
