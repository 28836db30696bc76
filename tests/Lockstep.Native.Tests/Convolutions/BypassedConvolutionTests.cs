using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv2d = TorchSharp.Modules.Conv2d;

namespace Lockstep.Native.Tests.Convolutions;

/// <summary>A net can compute a convolution past its hooks, and so past the cure; a gradient shows that it did.</summary>
public class BypassedConvolutionTests
{
    public BypassedConvolutionTests() => NativeLibraries.Load();

    [Fact]
    public void FindBypassed_AChildWhoseForwardIsCalled_IsNamed()
    {
        using var net = new TwoConvolutions((first, second, x) => second.call(first.forward(x)));
        var cured = ConvolutionCure.Apply(net);
        Assert.Empty(cured.FindBypassed()); // nothing is known before a backward pass
        net.call(rand(2, 3, 8, 8)).sum().backward();

        Assert.Equal(["first"], cured.FindBypassed());
        var error = Assert.Throws<NotSupportedException>(cured.RequireNoneBypassed);
        Assert.Contains("'first'", error.Message, StringComparison.Ordinal);
        Assert.Contains("call(x)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindBypassed_WeightsThatGoToAFunction_AreNamed()
    {
        using var net = new TwoConvolutions((first, second, x) => functional.conv2d(first.call(x), second.weight));
        var cured = ConvolutionCure.Apply(net);
        net.call(rand(2, 3, 8, 8)).sum().backward();
        Assert.Equal(["second"], cured.FindBypassed());
    }

    [Fact]
    public void FindBypassed_CalledOrUnusedChildren_AreNotNamed()
    {
        using var net = new TwoConvolutions((first, _, x) => first.call(x));
        var cured = ConvolutionCure.Apply(net);
        net.call(rand(2, 3, 8, 8)).sum().backward();
        Assert.Equal(["first", "second"], cured.Names.Order());
        Assert.Empty(cured.FindBypassed());
        cured.RequireNoneBypassed();
    }

    /// <summary>The gradient of tied weights comes from whichever of the two was called.</summary>
    [Fact]
    public void FindBypassed_AnUnusedChildWithTiedWeights_IsNotNamed()
    {
        using var net = new TwoConvolutions((_, second, x) => second.call(second.call(x)), inputs: 10);
        net.First.weight = net.Second.weight;
        var cured = ConvolutionCure.Apply(net);
        net.call(rand(2, 10, 8, 8)).sum().backward();
        Assert.Empty(cured.FindBypassed());
    }

    private sealed class TwoConvolutions : Module<Tensor, Tensor>
    {
        private readonly Func<Conv2d, Conv2d, Tensor, Tensor> _pass;

        public TwoConvolutions(Func<Conv2d, Conv2d, Tensor, Tensor> pass, int inputs = 3)
            : base(nameof(TwoConvolutions))
        {
            (First, Second, _pass) = (nn.Conv2d(inputs, 10, 3), nn.Conv2d(10, 10, 3), pass);
            register_module("first", First);
            register_module("second", Second);
        }

        public Conv2d First { get; }

        public Conv2d Second { get; }

        public override Tensor forward(Tensor input) => _pass(First, Second, input);
    }
}
