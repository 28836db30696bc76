using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Trainables;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lockstep.Torch.Tests.Modules;

/// <summary>Groups of gradients are told while backward runs, when they are complete and not before.</summary>
public sealed class BackwardBordersTests
{
    private const int Wide = 2000; // two such layers fill more than a bucket, so that each has a group of its own
    private static readonly string[] InOrder = ["last.weight", "middle.weight", "first.weight"];

    public BackwardBordersTests() => NativeLibraries.Load();

    /// <summary>The first pass looks on; from the second on every group but the first layer's sets out early.</summary>
    [Fact]
    public void ANetThatCallsItsChildren_TellsTheLastLayersFirst()
    {
        Assert.Equal([false, false, false], Pass(ThreeLayers.Way.Called, passes: 1));
        Assert.Equal([true, true, false], Pass(ThreeLayers.Way.Called, passes: 2));
    }

    /// <summary>A child called by forward has no hook: what it holds is complete at the end, and so is all that is told after it.</summary>
    [Fact]
    public void AChildThatIsCalledByForward_IsToldAtTheEnd()
    {
        Assert.Equal([true, false, false], Pass(ThreeLayers.Way.MiddleByForward, passes: 2));
    }

    /// <summary>A weight that is used before its layer is called has more gradient to come behind the layer's border.</summary>
    [Fact]
    public void AWeightThatSomethingElseUsesEarlier_IsToldAtTheEnd()
    {
        Assert.Equal([false, false, false], Pass(ThreeLayers.Way.LastWeightUsedFirst, passes: 2));
    }

    /// <summary>A layer that is called twice is complete at its first call: here the net's first, whose input needs no gradient.</summary>
    [Fact]
    public void ALayerThatIsCalledTwice_IsToldAtTheBorderOfItsFirstCall()
    {
        Assert.Equal([false, false, false], Pass(ThreeLayers.Way.LastCalledFirstToo, passes: 2));
    }

    [Fact]
    public void AnErrorOfWhoeverHears_EndsThePassAndNotTheProcess()
    {
        using var net = new ThreeLayers(ThreeLayers.Way.Called);
        using var trainable = Trainable(net);
        Train(trainable, new Ear(trainable));
        trainable.Forget();
        var ear = new Ear(trainable) { Fails = true };
        Assert.Equal("the network is gone", Assert.Throws<InvalidOperationException>(() => Train(trainable, ear)).Message);
    }

    /// <returns>For each group in its order whether it was told before the first layer had its gradient, which is the last to
    /// come.</returns>
    private static IReadOnlyList<bool> Pass(ThreeLayers.Way way, int passes)
    {
        using var net = new ThreeLayers(way);
        using var plain = new ThreeLayers(way);
        plain.load_state_dict(net.state_dict());
        using var trainable = Trainable(net);
        Assert.Equal(InOrder, trainable.Groups.Select(g => g.Name));
        var ear = new Ear(trainable);
        for (int pass = 0; pass < passes; pass++)
        {
            trainable.Forget();
            ear = new Ear(trainable);
            Train(trainable, ear);
        }

        Assert.Equal(InOrder, ear.Told.Select(t => t.Group.Name));
        foreach (var ((group, _), gradients) in ear.Told.Zip(ear.Gradients)) // nothing was added after it had been told
            Assert.All(group.Parameters.Zip(gradients), pair => Assert.True(pair.First.Gradient().equal(pair.Second).all().item<bool>()));
        using var inputs = Inputs();
        plain.call(inputs).mean().backward();
        foreach (var (parameter, (_, expected)) in trainable.Parameters.Zip(plain.named_parameters()))
            Assert.True(parameter.Gradient().equal(expected.grad!).all().item<bool>(), $"{parameter.Name} is another than without borders");
        return [.. ear.Told.Select(t => t.IsEarly)];
    }

    private static ModuleTrainable Trainable(ThreeLayers net) =>
        new(net, new ModuleTask { Loss = batch => net.call(batch.Inputs).mean() }, CPU, Precision.Fp32, seed: 1, _ => { });

    private static Tensor Inputs() => ones(2, Wide);

    private static void Train(ModuleTrainable trainable, Ear ear)
    {
        using var scope = NewDisposeScope();
        var plan = new BatchPlan(0, 1, 2, new int[2], new Extent(0, 2));
        trainable.Train(new LoadedBatch(plan, [Inputs()]), new Extent(0, 2), new PassContext(Training: true, 0, new int[2]), ear);
    }

    private sealed class Ear(ModuleTrainable trainable) : IPassProgress
    {
        public List<(GradientGroup Group, bool IsEarly)> Told { get; } = [];

        public List<IReadOnlyList<Tensor>> Gradients { get; } = [];

        public bool Fails { get; init; }

        public void Turned()
        {
            // nobody measures it
        }

        public void Finished(GradientGroup group)
        {
            if (Fails)
                throw new InvalidOperationException("the network is gone");
            Told.Add((group, !trainable.Parameters[0].HasGradient));
            Gradients.Add([.. group.Parameters.Select(p => p.Gradient().clone().DetachFromDisposeScope())]);
        }
    }

    private sealed class ThreeLayers : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(Wide, Wide, hasBias: false),
            middle = Linear(Wide, Wide, hasBias: false),
            last = Linear(Wide, Wide, hasBias: false);

        public ThreeLayers(Way called)
            : base("three")
        {
            Called = called;
            RegisterComponents();
        }

        public enum Way
        {
            Called,
            MiddleByForward,
            LastWeightUsedFirst,
            LastCalledFirstToo,
        }

        public Way Called { get; }

        public override Tensor forward(Tensor x)
        {
            x = Called switch
            {
                Way.LastWeightUsedFirst => functional.linear(x, last.weight!),
                Way.LastCalledFirstToo => last.call(x),
                _ => x,
            };
            x = first.call(x);
            x = Called == Way.MiddleByForward ? middle.forward(x) : middle.call(x);
            return last.call(x);
        }
    }
}
