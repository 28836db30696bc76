using System.Security.Cryptography;
using AlexNet.Core.Topology;
using AlexNet.Model;
using AlexNet.Model.Layers;
using AlexNet.Model.Optimizers;
using TorchSharp;

namespace AlexNet.Parity.Tests.Ladder;

/// <summary>Law 3, in one process: the same program run twice gives the same bits.</summary>
public class RepeatTests
{
    private const int Steps = 3;

    [Theory]
    [InlineData("odd-net")]
    [InlineData("quickstart")]
    public void A_run_repeats_bit_for_bit(string name)
    {
        var first = Run(name);
        Assert.NotEmpty(first);
        Assert.Equal(first, Run(name));
    }

    /// <summary>A line for every loss, every gradient of every step, and every weight at the end.</summary>
    private static List<string> Run(string name)
    {
        var fixture = ParityFixture.Of(name);
        var recipe = fixture.ReadRecipe();
        var diary = new List<string>();
        using var outer = torch.NewDisposeScope();
        using var shard = new Shard(recipe, new RunTopology(1, 1), 0, new Exchange(new SoloCollectives()), torch.CPU);
        using var optimizer = Optimizer.Create(recipe.Optimizer, shard.Parameters);
        var (images, labels) = (ParityBatch.Images(fixture, recipe.Data), ParityBatch.Labels(fixture, recipe.Data));
        for (int step = 0; step < Steps; step++)
        {
            using var scope = torch.NewDisposeScope();
            var pass = shard.Forward(images, new PassContext(Training: true, step, fixture.Samples.ToArray()));
            var loss = SoftmaxLoss.Of(pass.Logits, labels, fixture.GlobalBatch);
            shard.Backward(pass, loss.LogitsGradient, _ => { });
            diary.Add($"loss {BitConverter.DoubleToInt64Bits(loss.Value):x}");
            diary.AddRange(shard.Parameters.Select(p => $"gradient of {p.Name} in step {step}: {Hash(p.Gradient())}"));
            optimizer.Step(recipe.Optimizer.Rate);
            shard.ClearGradients();
        }
        diary.AddRange(shard.Parameters.Select(p => $"{p.Name}: {Hash(p.Value)}"));
        return diary;
    }

    private static string Hash(torch.Tensor tensor) => Convert.ToHexString(SHA256.HashData(tensor.detach().contiguous().bytes));
}
