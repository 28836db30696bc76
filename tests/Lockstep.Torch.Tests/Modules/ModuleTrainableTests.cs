using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lockstep.Torch.Tests.Modules;

public sealed class ModuleTrainableTests
{
    private readonly Quiet _quiet = new();

    public ModuleTrainableTests() => NativeLibraries.Load();

    [Fact]
    public void Train_AWholeBatch_LeavesTheGradientsOfAPlainLoop()
    {
        var (inputs, plain) = (rand(4, 3), Linear(3, 2));
        var module = Linear(3, 2);
        module.load_state_dict(plain.state_dict());
        (plain.call(inputs).square().sum() / 4).backward();

        using var trainable = Trainable(module, rows => module.call(rows[0]).square().sum());
        Train(trainable, inputs, new Extent(0, 4));

        Assert.Equal(["weight", "bias"], trainable.Parameters.Select(p => p.Name));
        foreach (var (parameter, expected) in trainable.Parameters.Zip(plain.parameters()))
        {
            using var gradient = parameter.Gradient();
            Assert.True(gradient.equal(expected.grad ?? zeros(0)).all().item<bool>(), parameter.Name);
        }
    }

    /// <summary>
    /// A layer that no sample of the first micro-batch goes through has zeros there, and takes the gradient of the second.
    /// </summary>
    [Fact]
    public void Train_ALayerThatOnlyTheSecondPartUses_KeepsThatGradient()
    {
        var (first, second) = (Linear(1, 1), Linear(1, 1));
        var module = Sequential(("first", first), ("second", second));
        using var inputs = tensor(new[] { -3f, 5f }).view(2, 1);
        using var trainable = Trainable(module, rows => (rows[0].item<float>() < 0 ? first : second).call(rows[0]).sum());

        Train(trainable, inputs, new Extent(0, 1));
        Assert.Equal([-1.5f, 0], Weights(trainable));
        Train(trainable, inputs, new Extent(1, 1));

        Assert.Equal([-1.5f, 2.5f], Weights(trainable)); // each sample is half of the batch
        trainable.Forget();
        Assert.All(trainable.Parameters, p => Assert.Null(p.FindGradient()));
    }

    [Fact]
    public void Create_AModuleWithBuffers_IsRefusedByTheirName()
    {
        using var module = Sequential(("norm", BatchNorm1d(2)));
        var error = Assert.Throws<ArgumentException>(() => Trainable(module, rows => rows[0].sum()));
        Assert.Contains("has the buffer 'norm.running_mean'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The run would learn from wrong numbers, and nobody would know.</summary>
    [Fact]
    public void Train_AConvolutionWhoseForwardIsCalled_IsRefusedByItsName()
    {
        var convolution = Conv2d(3, 10, 3);
        using var trainable = Trainable(Sequential(("odd", convolution)), rows => convolution.forward(rows[0]).sum());
        Assert.Equal(["odd"], trainable.CuredConvolutions);
        using var inputs = rand(2, 3, 8, 8);
        var error = Assert.Throws<NotSupportedException>(() => Train(trainable, inputs, new Extent(0, 2)));
        Assert.Contains("'odd'", error.Message, StringComparison.Ordinal);
    }

    private static ModuleTrainable Trainable(Module module, Func<IReadOnlyList<Tensor>, Tensor> loss) =>
        new(module, loss, (_, _) => { }, [], CPU, seed: 1);

    private static IEnumerable<float> Weights(ModuleTrainable trainable)
    {
        foreach (var parameter in trainable.Parameters.Where(p => !p.IsBias))
        {
            using var gradient = parameter.Gradient();
            yield return gradient.item<float>();
        }
    }

    private void Train(ModuleTrainable trainable, Tensor inputs, Extent part)
    {
        int[] indices = [.. Enumerable.Range(0, (int)inputs.shape[0])];
        var plan = new BatchPlan(0, 1, indices.Length, indices, new Extent(0, indices.Length));
        var pass = new PassContext(Training: true, 0, indices.AsMemory(part.Start, part.Length));
        trainable.Train(new LoadedBatch(plan, [inputs]), part, pass, _quiet);
    }

    private sealed class Quiet : IPassProgress
    {
        public void Turned()
        {
            // nobody measures it
        }

        public void Finished(GradientGroup group)
        {
            // nothing is summed
        }
    }
}
