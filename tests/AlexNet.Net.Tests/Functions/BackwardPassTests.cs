using AlexNet.Net.Functions;
using Lockstep.Native;
using TorchSharp;

namespace AlexNet.Net.Tests.Functions;

public class BackwardPassTests
{
    public BackwardPassTests() => NativeLibraries.Load();

    [Fact]
    public void Run_AfterAnOperationHasFailed_ThrowsThatOnce()
    {
        BackwardPass.Fail(new InvalidOperationException("first"));
        BackwardPass.Fail(new InvalidOperationException("second"));
        Assert.Equal("first", Assert.Throws<InvalidOperationException>(() => Run(torch.ones(2))).Message);
        Assert.Equal(3, Run(torch.ones(2)));
    }

    [Fact]
    public void Run_ThatLibtorchRefusesAfterAFailure_ThrowsTheFailure()
    {
        BackwardPass.Fail(new InvalidOperationException("first"));
        Assert.Equal("first", Assert.Throws<InvalidOperationException>(() => Run(torch.ones(5))).Message);
        Assert.Equal(3, Run(torch.ones(2)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)] // not the output's: libtorch refuses
    public void Run_HoweverItEnds_DisposesWhatWasKept(int gradientLength)
    {
        var kept = torch.ones(3);
        BackwardPass.Keep(kept);
        Record.Exception(() => Run(torch.ones(gradientLength)));
        Assert.True(kept.IsInvalid);
    }

    /// <summary>Of three times a leaf of two: the leaf's gradient.</summary>
    private static float Run(torch.Tensor gradient)
    {
        using var scope = torch.NewDisposeScope();
        var leaf = torch.ones(2, requires_grad: true);
        BackwardPass.Run(leaf * 3, gradient);
        return leaf.grad?[0].item<float>() ?? float.NaN;
    }
}
