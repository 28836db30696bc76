using Lockstep.Checking;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lockstep.Tests.Checking;

/// <summary>What is wrong with a program's net is found before it is trained, each by its own sentence.</summary>
[Collection(SmallCheck.Collection)]
public sealed class NetCheckTests
{
    private int _calls;

    [Fact]
    public void Run_ANetThatKeepsEveryLaw_FindsNothingWrong() =>
        Assert.All(SmallCheck.Run(() => Task(Linear(3, 2), (net, x) => net.call(x).square().mean())), f =>
            Assert.Equal(FindingKind.Kept, f.Kind)
        );

    [Fact]
    public void Run_BatchStatistics_AreNotedByTheirNames()
    {
        var found = SmallCheck.Run(() =>
            Task(Sequential(("mix", Linear(3, 4)), ("norm", BatchNorm1d(4))), (net, x) => net.call(x).pow(3).mean())
        );
        Assert.Contains("(in 'norm')", Assert.Single(found, f => f.Kind == FindingKind.Note).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(found, f => f.Kind == FindingKind.Wrong);
    }

    [Fact]
    public void Run_NoiseOfTorch_IsNoted() =>
        Assert.Single(SmallCheck.Run(() => Task(Linear(3, 2), (net, x) => net.call(x + randn_like(x)).square().mean())), f =>
            f.Kind == FindingKind.Note
        );

    [Theory]
    [InlineData("sum", "is a sum over its samples")]
    [InlineData("weighted", "the loss is no mean over its samples")]
    [InlineData("counter", "does not repeat: the loss is another")]
    public void Run_ALossThatIsNoMeanOrDoesNotRepeat_IsWrong(string kind, string said) =>
        AssertWrong(SmallCheck.Run(() => Task(Linear(3, 2), (net, x) => kind switch
                    {
                        "sum" => net.call(x).square().sum(),
                        "weighted" => net.call(x).square().sum() / (x > 0.7).sum(),
                        _ => net.call(x).square().mean() * ++_calls,
                    })), said);

    [Fact]
    public void Run_WeightsThatNoSeedFixes_AreWrong() =>
        AssertWrong(
            SmallCheck.Run(() =>
            {
                var net = Linear(3, 2);
                using (no_grad())
                    net.weight?.add_(++_calls);
                return Task(net, (n, x) => n.call(x).square().mean());
            }),
            "'weight' begins with other values"
        );

    [Fact]
    public void Run_SamplesThatNoSeedFixes_AreWrong() =>
        AssertWrong(
            SmallCheck.Run(() => Task(Linear(3, 2), (net, x) => net.call(x).square().mean()), () => rand(8, 3) + ++_calls),
            "The samples differ when they are opened again"
        );

    private static void AssertWrong(IReadOnlyList<Finding> found, string said) =>
        Assert.Contains(said, Assert.Single(found, f => f.Kind == FindingKind.Wrong).Text, StringComparison.Ordinal);

    private static (T Net, Func<T, Tensor, Tensor> Loss) Task<T>(T net, Func<T, Tensor, Tensor> loss)
        where T : Module => (net, loss);
}
