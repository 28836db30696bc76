using Lockstep.Torch.Vectors;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Torch.Tests.Vectors;

/// <summary>One element that is not finite is found wherever it is, and only in its own tensor.</summary>
public sealed class FiniteScanTests : IDisposable
{
    private static readonly int[] Lengths = [1, 5, 33_000, 70_001];

    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(ScalarType.Float32, double.NaN)]
    [InlineData(ScalarType.Float32, double.PositiveInfinity)]
    [InlineData(ScalarType.BFloat16, double.NaN)]
    [InlineData(ScalarType.BFloat16, double.NegativeInfinity)]
    public void Run_OneBadElement_IsFoundInItsTensor(ScalarType type, double bad)
    {
        for (int target = 0; target < Lengths.Length; target++)
        {
            foreach (int place in new[] { 0, Lengths[target] / 2, Lengths[target] - 1 })
            {
                Tensor[] tensors = [.. Lengths.Select(length => randn(length).to(type))];
                tensors[target][place] = bad;
                bool[] expected = [.. Lengths.Select((_, i) => i != target)];
                Assert.Equal(expected, FiniteScan.Run(tensors));
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Run_GreatestNumbers_AreFinite(ScalarType type)
    {
        float greatest = BitConverter.UInt32BitsToSingle(0x7f7f_0000); // of bf16, and one of the greatest of fp32
        Assert.Equal([true, true], FiniteScan.Run([full(40, greatest, dtype: type), full(40, -greatest, dtype: type)]));
    }

    public void Dispose() => _scope.Dispose();
}
