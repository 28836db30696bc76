using Lockstep.Core.Recipes;
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
    private readonly List<string> _notices = [];

    public ModuleTrainableTests() => NativeLibraries.Load();

    [Fact]
    public void Train_AWholeBatch_LeavesTheGradientsOfAPlainLoop()
    {
        var (inputs, plain) = (rand(4, 3), Linear(3, 2));
        var module = Linear(3, 2);
        module.load_state_dict(plain.state_dict());
        (plain.call(inputs).square().sum(1).sum() / 4).backward();

        using var trainable = Trainable(module, batch => module.call(batch.Inputs).square().sum(1));
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
        using var trainable = Trainable(module, batch => (batch.Inputs.item<float>() < 0 ? first : second).call(batch.Inputs).sum());

        Train(trainable, inputs, new Extent(0, 1));
        Assert.Equal([-1.5f, 0], Weights(trainable));
        Train(trainable, inputs, new Extent(1, 1));

        Assert.Equal([-1.5f, 2.5f], Weights(trainable)); // each sample is half of the batch
        trainable.Forget();
        Assert.All(trainable.Parameters, p => Assert.Null(p.FindGradient()));
    }

    [Fact]
    public void Train_ALossForEachSample_IsItsShareOfTheMean()
    {
        var module = Linear(1, 1, hasBias: false);
        using var inputs = tensor(new[] { 1f, 2f, 6f }).view(3, 1);
        using var trainable = Trainable(module, batch => module.call(batch.Inputs).squeeze(1));
        Train(trainable, inputs, new Extent(0, 2));
        Assert.Equal([1f], Weights(trainable));
        Train(trainable, inputs, new Extent(2, 1));
        Assert.Equal([3f], Weights(trainable)); // the mean of 1, 2 and 6
    }

    [Fact]
    public void Train_AWeightedLoss_LeavesSumAndWeight()
    {
        var module = Linear(1, 1, hasBias: false);
        using var inputs = tensor(new[] { 1f, 2f }).view(2, 1);
        var task = new ModuleTask { WeightedLoss = batch => (module.call(batch.Inputs).sum(), tensor(5f)) };
        using var trainable = new ModuleTrainable(module, task, CPU, Precision.Fp32, seed: 1, _ => { });
        var share = Train(trainable, inputs, new Extent(0, 2));
        Assert.True(trainable.WeighsLosses);
        Assert.Equal(5f, share.Weight?.item<float>());
        Assert.Equal([3f], Weights(trainable)); // of the sum
    }

    [Fact]
    public void Train_ALossThatIsNoMean_SaysWhatIsRequired()
    {
        var module = Linear(1, 2);
        using var inputs = rand(3, 1);
        using var trainable = Trainable(module, batch => module.call(batch.Inputs));
        var error = Assert.Throws<ArgumentException>(() => Train(trainable, inputs, new Extent(0, 3)));
        Assert.StartsWith("the loss has shape [3, 2]; it must be one number, the mean", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_AParameterWithoutGradient_CountsAsZerosAndIsNamedOnce()
    {
        var (used, unused) = (Linear(1, 1), Linear(1, 1));
        var module = Sequential(("used", used), ("unused", unused));
        using var inputs = rand(2, 1);
        var task = new ModuleTask { Loss = batch => used.call(batch.Inputs).mean() };
        using var trainable = new ModuleTrainable(module, task, CPU, Precision.Fp32, seed: 1, _notices.Add);
        for (int step = 0; step < 2; step++)
            Train(trainable, inputs, new Extent(0, 2));
        Assert.StartsWith("No gradient reaches 'unused.weight', 'unused.bias'", Assert.Single(_notices), StringComparison.Ordinal);
        Assert.Equal(0, Weights(trainable).Last());
    }

    /// <summary>The run would learn from wrong numbers, and nobody would know.</summary>
    [Fact]
    public void Train_AConvolutionWhoseForwardIsCalled_IsRefusedByItsName()
    {
        var convolution = Conv2d(3, 10, 3);
        using var trainable = Trainable(Sequential(("odd", convolution)), batch => convolution.forward(batch.Inputs).mean());
        using var inputs = rand(2, 3, 8, 8);
        var error = Assert.Throws<NotSupportedException>(() => Train(trainable, inputs, new Extent(0, 2)));
        Assert.Contains("'odd'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5f, 1)]
    [InlineData(1f, 0)]
    public void Create_AGroupNormWithoutAValue_IsNamed(float weight, int notices)
    {
        var norm = GroupNorm(2, 4);
        init.constant_(norm.weight!, weight);
        init.zeros_(norm.bias!);
        var task = new ModuleTask { Loss = batch => batch.Inputs.mean() };
        using var trainable = new ModuleTrainable(Sequential(("odd", norm)), task, CPU, Precision.Fp32, seed: 1, _notices.Add);
        Assert.Equal(notices, _notices.Count(n => n.Contains("and 'odd' have other ones than 1 and 0", StringComparison.Ordinal)));
    }

    /// <summary>What a net saves beside trained parameters: frozen ones and buffers, under the names of its state_dict().</summary>
    [Fact]
    public void State_OfAModule_AreBuffersAndFrozenParameters()
    {
        var (frozen, norm) = (Linear(2, 2), BatchNorm1d(2));
        foreach (var parameter in frozen.parameters())
            parameter.requires_grad = false;
        var module = Sequential(("frozen", frozen), ("norm", norm), ("last", Linear(2, 1)));
        using var trainable = Trainable(module, batch => module.call(batch.Inputs).mean());
        Assert.Equal(
            module.state_dict().Keys.Order(),
            trainable.Parameters.Select(p => p.Name).Concat(trainable.State.Select(s => s.Name)).Order()
        );
        Assert.Equal(["frozen.weight", "frozen.bias"], trainable.State.Where(s => s.IsFixed).Select(s => s.Name));
    }

    [Fact]
    public void Evaluate_MetricsOfSamples_AreSums()
    {
        var module = Linear(1, 1);
        using var inputs = rand(3, 1);
        var task = new ModuleTask
        {
            Loss = batch => module.call(batch.Inputs).mean(),
            Predict = batch => batch.Inputs,
            Metrics =
            [
                new ModuleMetric("hits", (x, _) => tensor(new[] { true, false, true })),
                new ModuleMetric("level", (x, _) => tensor(0.5f)),
            ],
        };
        using var trainable = new ModuleTrainable(module, task, CPU, Precision.Fp32, seed: 1, _ => { });
        var sums = new MetricSums(trainable.Metrics);
        using (no_grad())
            trainable.Evaluate(new LoadedBatch(Plan(3), [inputs]), new PassContext(Training: false, 0, new int[3]), sums);
        Assert.Equal((2, 1.5), (sums["hits"], sums["level"]));
    }

    private static ModuleTrainable Trainable(Module module, Func<Batch, Tensor> loss) =>
        new(module, new ModuleTask { Loss = loss }, CPU, Precision.Fp32, seed: 1, _ => { });

    private static IEnumerable<float> Weights(ModuleTrainable trainable)
    {
        foreach (var parameter in trainable.Parameters.Where(p => !p.IsBias))
        {
            using var gradient = parameter.Gradient();
            yield return gradient.item<float>();
        }
    }

    private static BatchPlan Plan(int samples) => new(0, 1, samples, Enumerable.Range(0, samples).ToArray(), new Extent(0, samples));

    private LossShare Train(ModuleTrainable trainable, Tensor inputs, Extent part)
    {
        var plan = Plan((int)inputs.shape[0]);
        var pass = new PassContext(Training: true, 0, plan.Indices.Slice(part.Start, part.Length));
        return trainable.Train(new LoadedBatch(plan, [inputs]), part, pass, UnheardPass.Instance);
    }
}
