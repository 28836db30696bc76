using System.Security.Cryptography;
using TorchSharp;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>Law 3, in one process: the same program run twice gives the same bits.</summary>
public class RepeatTests
{
    private const int Steps = 3;

    [Theory]
    [InlineData("odd-net")]
    [InlineData("quickstart")]
    public void A_run_repeats_bit_for_bit(string name) => Assert.Equal(Diary(name), Diary(name));

    /// <summary>A line for every loss, every gradient of every step, and every weight at the end.</summary>
    private static List<string> Diary(string name)
    {
        var diary = new List<string>();
        using var program = new TrainingProgram(ParityFixture.Of(name));
        var parameters = program.Shard.Parameters;
        for (int step = 0; step < Steps; step++)
        {
            double loss = program.Step(step, _ =>
                diary.AddRange(parameters.Select(p => $"gradient of {p.Name} in step {step}: {Hash(p.Gradient())}"))
            );
            diary.Add($"loss of step {step}: {BitConverter.DoubleToInt64Bits(loss):x}");
        }
        diary.AddRange(parameters.Select(p => $"{p.Name}: {Hash(p.Value)}"));
        return diary;
    }

    private static string Hash(torch.Tensor tensor) => Convert.ToHexString(SHA256.HashData(tensor.detach().contiguous().bytes));
}
