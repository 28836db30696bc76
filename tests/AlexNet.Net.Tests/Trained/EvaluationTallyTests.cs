using AlexNet.Net.Trained;
using Lockstep.Core.Randomness;
using TorchSharp;

namespace AlexNet.Net.Tests.Trained;

public class EvaluationTallyTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(3)] // fewer classes than the top five
    public void Add_SeveralBatches_CountsHitsAndAddsLosses(int classes)
    {
        using var scope = torch.NewDisposeScope();
        var random = new RandomStream(5, "tally");
        var tally = new EvaluationTally();
        double losses = 0;
        int first = 0,
            top1 = 0,
            top5 = 0;
        foreach (int samples in new[] { 1, 8, 13 })
        {
            float[] logits = new float[samples * classes];
            long[] labels = new long[samples];
            for (int s = 0; s < samples; s++, first++)
            {
                labels[s] = random.At(1, 0).Integer(first, classes);
                var row = logits.AsSpan(s * classes, classes);
                for (int c = 0; c < classes; c++)
                    row[c] = (float)random.Normal(first * classes + c);
                float own = row[(int)labels[s]];
                int better = row.ToArray().Count(l => l > own);
                (top1, top5) = (top1 + (better < 1 ? 1 : 0), top5 + (better < 5 ? 1 : 0));
                losses += Math.Log(row.ToArray().Sum(l => Math.Exp(l))) - own;
            }
            tally.Add(torch.tensor(logits).reshape(samples, classes), torch.tensor(labels));
        }

        Assert.Equal((22, top1, top5), (tally.Samples, tally.Top1Hits, tally.Top5Hits));
        Assert.Equal(losses, tally.LossSum, 1e-5);
    }
}
