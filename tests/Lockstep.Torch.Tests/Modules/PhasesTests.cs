using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Trainables;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lockstep.Torch.Tests.Modules;

/// <summary>A net that is trained in phases, as a GAN, beside a loop that is written by hand.</summary>
public sealed class PhasesTests
{
    private const int Steps = 6; // three batches of two phases

    public PhasesTests() => NativeLibraries.Load();

    [Theory]
    [InlineData(0)]
    [InlineData(3)] // a run that is stopped between the phases of a batch, and goes on
    public void Steps_InTurns_AreThoseOfALoopWithTwoOptimisers(int stop)
    {
        var (module, plain) = (Net(), Net());
        plain.load_state_dict(module.state_dict());
        using var inputs = rand(4, 3);
        using var trainable = Trainable(module, out var task);
        var recipe = new AdamRecipe { Rate = 0.01 };
        using var first = Optimizer.Create(recipe, PhasesOf(trainable));
        using var second = Optimizer.Create(recipe, PhasesOf(trainable));
        var own = first;
        for (int step = 0; step < Steps; step++)
        {
            if (step == stop && stop > 0)
                own = GoOn(first, second, step);
            Train(trainable, inputs, step);
            own.Step(recipe.Rate);
            trainable.Forget();
        }

        Loop(plain, inputs, recipe.Rate);
        foreach (var (name, expected) in plain.named_parameters())
        {
            var found = trainable.Parameters.Single(p => p.Name == name).Value;
            Assert.True((found - expected).abs().max().item<float>() < 2e-6f, name);
        }
    }

    [Fact]
    public void Train_APhase_LeavesGradientsOfItsOwnParametersAlone()
    {
        using var trainable = Trainable(Net(), out _);
        using var inputs = rand(4, 3);
        for (int step = 0; step < 2; step++)
        {
            Train(trainable, inputs, step);
            Assert.All(trainable.Parameters, p => Assert.Equal(p.Name.StartsWith(step == 0 ? "critic." : "maker."), p.HasGradient));
            trainable.Forget();
        }
    }

    [Fact]
    public void Evaluate_Phases_MeasuresEachLossAndTheirSum()
    {
        using var trainable = Trainable(Net(), out var task);
        using var inputs = rand(4, 3);
        var sums = new MetricSums(trainable.Metrics);
        Assert.Equal(["test_loss", "critic_loss", "maker_loss"], trainable.Metrics);
        using (no_grad())
        {
            trainable.Evaluate(new LoadedBatch(Plan(4), [inputs]), new PassContext(Training: false, 0, new int[4]), sums);
            Assert.Equal(4 * task.Phases[0].Loss(new Batch([inputs])).item<float>(), sums["critic_loss"], 1e-5);
        }

        Assert.Equal(sums["critic_loss"] + sums["maker_loss"], sums["test_loss"], 1e-9);
    }

    [Theory]
    [InlineData("critic.*", "maker.0.*", "no phase changes parameter 'maker.1.weight'")]
    [InlineData("*", "maker.*", "phase 'maker' changes no parameter: none is named 'maker.*'")]
    public void Phases_ThatDoNotShareOutTheNet_AreRefused(string critic, string maker, string said)
    {
        var task = new ModuleTask { Phases = [new("critic", critic, Mean), new("maker", maker, Mean)] };
        var error = Assert.Throws<ArgumentException>(() => new ModuleTrainable(Net(), task, CPU, Precision.Fp32, seed: 1, _ => { }));
        Assert.StartsWith(said, error.Message, StringComparison.Ordinal);

        static Tensor Mean(Batch batch) => batch.Inputs.mean();
    }

    private static Sequential Net() =>
        Sequential(("maker", Sequential(Linear(3, 3), Linear(3, 2))), ("critic", Sequential(Linear(2, 4), Linear(4, 1))));

    private static (Tensor Critic, Tensor Maker) Losses(Sequential net, Tensor inputs)
    {
        var (maker, critic) = ((Module<Tensor, Tensor>)net[0], (Module<Tensor, Tensor>)net[1]);
        return (critic.call(maker.call(inputs)).square().mean(), (1 - critic.call(maker.call(inputs))).square().mean());
    }

    private static ModuleTrainable Trainable(Sequential net, out ModuleTask task)
    {
        task = new ModuleTask
        {
            Phases =
            [
                new("critic", "critic.*", batch => Losses(net, batch.Inputs).Critic),
                new("maker", "maker.*", batch => Losses(net, batch.Inputs).Maker),
            ],
        };
        return new ModuleTrainable(net, task, CPU, Precision.Fp32, seed: 1, _ => { });
    }

    private static void Loop(Sequential net, Tensor inputs, double rate)
    {
        using var critic = optim.Adam([.. net.named_parameters().Where(p => p.name.StartsWith("critic.")).Select(p => p.parameter)], rate);
        using var maker = optim.Adam([.. net.named_parameters().Where(p => p.name.StartsWith("maker.")).Select(p => p.parameter)], rate);
        for (int batch = 0; batch < Steps / 2; batch++)
        {
            net.zero_grad();
            Losses(net, inputs).Critic.backward();
            critic.step();
            net.zero_grad();
            Losses(net, inputs).Maker.backward();
            maker.step();
        }
    }

    /// <summary>As a checkpoint does it: the state is overwritten, and the updates are told.</summary>
    private static IOptimizer GoOn(IOptimizer from, IOptimizer to, int updates)
    {
        using var guard = no_grad();
        foreach (var (source, target) in from.State.Zip(to.State))
            target.Value.copy_(source.Value);
        to.Resume(updates);
        return to;
    }

    private static IReadOnlyList<IReadOnlyList<Parameters.Parameter>> PhasesOf(ModuleTrainable trainable) =>
        [.. trainable.Groups.GroupBy(g => g.Phase, g => g.Parameters).Select(g => g.SelectMany(p => p).ToList())];

    private static void Train(ModuleTrainable trainable, Tensor inputs, int step)
    {
        var plan = Plan(4);
        var pass = new PassContext(Training: true, step, plan.Indices);
        trainable.Train(new LoadedBatch(plan, [inputs]), new Extent(0, 4), pass, UnheardPass.Instance);
    }

    private static BatchPlan Plan(int samples) => new(0, 1, samples, Enumerable.Range(0, samples).ToArray(), new Extent(0, samples));
}
