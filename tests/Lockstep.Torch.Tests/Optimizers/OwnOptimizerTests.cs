using Lockstep.Core.Recipes;
using Lockstep.Native;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Tests.Optimizers;

/// <summary>Optimisers of TorchSharp that a program makes itself.</summary>
public sealed class OwnOptimizerTests
{
    private const int Elements = 10;
    private static readonly OwnOptimizerRecipe Recipe = new() { Rate = 1 };

    public OwnOptimizerTests() => NativeLibraries.Load();

    public static TheoryData<string, OwnOptimizer.Maker> Savable =>
        new()
        {
            { "Adam", p => optim.Adam(p, 0.1) },
            { "AdamW", p => optim.AdamW(p, 0.1, amsgrad: true) },
            { "RAdam", p => optim.RAdam(p, 0.1) },
            { "NAdam", p => optim.NAdam(p, 0.1) },
            { "Adamax", p => optim.Adamax(p, 0.1) },
            { "RMSProp", p => optim.RMSProp(p, 0.1) },
            { "Adagrad", p => optim.Adagrad(p, 0.1) },
            { "Adadelta", p => optim.Adadelta(p, 0.1) },
            { "ASGD", p => optim.ASGD(p, 0.1) },
            { "Rprop", p => optim.Rprop(p, 0.1) },
            { "SGD", p => optim.SGD(p, 0.1) },
        };

    /// <summary>What it remembers, copied into one that has seen nothing, makes the same bits as if nothing had come between.</summary>
    [Theory]
    [MemberData(nameof(Savable))]
    public void What_it_remembers_restores_it(string name, OwnOptimizer.Maker make)
    {
        using var scope = NewDisposeScope();
        var (through, broken) = (Weights(), Weights());
        using var one = Optimizer.Create(Recipe, [through], make);
        using (var before = Optimizer.Create(Recipe, [broken], make))
        {
            foreach (var (optimizer, parameter) in new[] { (one, through), (before, broken) })
                Update(optimizer, parameter, 0, 3);
            using var after = Optimizer.Create(Recipe, [broken], make);
            using (no_grad())
            {
                foreach (var (source, target) in before.State.Zip(after.State))
                {
                    Assert.Equal(source.Name, target.Name);
                    target.Value.copy_(source.Value);
                }
            }

            after.Resume(3);
            Update(after, broken, 3, 6);
        }

        Update(one, through, 3, 6);
        Assert.True(through.Value.equal(broken.Value).all().item<bool>(), name);
    }

    /// <summary>Whoever saves asks for the state once, and reads it after every step.</summary>
    [Fact]
    public void State_that_was_asked_for_before_a_step_shows_it()
    {
        using var scope = NewDisposeScope();
        var parameter = Weights();
        using var optimizer = Optimizer.Create(Recipe, [parameter], p => optim.Adam(p, 0.1));
        var steps = optimizer.State.Single(s => s.Name == "layer.weight.step");
        Update(optimizer, parameter, 0, 2);
        Assert.Equal(2, steps.Value.item<long>());
    }

    [Fact]
    public void The_schedule_multiplies_its_rate_and_gradients_are_scaled()
    {
        using var scope = NewDisposeScope();
        var parameter = Weights();
        using var optimizer = Optimizer.Create(Recipe, [parameter], p => optim.SGD(p, 0.5));
        parameter.SetGradient(ones(Elements));
        optimizer.Step(rate: 0.5, gradientScale: 0.25);
        Assert.Equal(1 - 0.5f * 0.5f * 0.25f, parameter.Value[0].item<float>());
    }

    [Fact]
    public void What_cannot_be_saved_is_refused()
    {
        using var scope = NewDisposeScope();
        Refuses("momentum_buffer", () => Create(p => optim.SGD(p, 0.1, momentum: 0.9)));
        Refuses("has 1 parameters, and the net 2", () => Create(p => optim.Adam(p.Take(1))));
        var half = Parameter.Over("half", ones(1, ScalarType.BFloat16).requires_grad_(true));
        Refuses("'half' is not fp32", () => Optimizer.Create(Recipe, [half], p => optim.Adam(p)));
        Refuses("this program makes none", () => Optimizer.Create(Recipe, [Weights()]));

        void Create(OwnOptimizer.Maker make) => Optimizer.Create(Recipe, [Weights(), Weights()], make);
        void Refuses(string why, Action create) =>
            Assert.Contains(why, Assert.Throws<ArgumentException>(create).Message, StringComparison.Ordinal);
    }

    private static Parameter Weights() => Parameter.Over("layer.weight", new TorchSharp.Modules.Parameter(ones(Elements)));

    private static void Update(IOptimizer optimizer, Parameter parameter, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            parameter.SetGradient((arange(Elements, ScalarType.Float32) - step) / Elements);
            optimizer.Step(rate: 1);
        }
    }
}
