using Lockstep.Core.Recipes;
using Lockstep.Native;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Tests.Optimizers;

/// <summary>Optimisers in PyTorch's form against libtorch's own, over steps whose gradients and rates differ.</summary>
public sealed class TorchFormTests
{
    private const int Elements = 1003; // no multiple of a vector
    private static readonly double[] Rates = [0.1, 0.1, 0.02, 0.02, 0.05];

    public TorchFormTests() => NativeLibraries.Load();

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(0.9, false, 0.01)]
    [InlineData(0.9, true, 0.01)]
    public void TorchSgd_IsPyTorchs(double momentum, bool nesterov, double decay) =>
        AssertSame(
            new TorchSgdRecipe
            {
                Rate = 1,
                Momentum = momentum,
                Nesterov = nesterov,
                WeightDecay = decay,
            },
            p => optim.SGD([p], 1, momentum, weight_decay: decay, nesterov: nesterov)
        );

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Adam_IsPyTorchs(double decay) =>
        AssertSame(new AdamRecipe { Rate = 1, WeightDecay = decay }, p => optim.Adam([p], 1, weight_decay: decay));

    [Fact]
    public void AdamW_IsPyTorchs() =>
        AssertSame(new AdamWRecipe { Rate = 1, WeightDecay = 0.1 }, p => optim.AdamW([p], 1, weight_decay: 0.1));

    [Fact]
    public void Groups_HaveRatesAndDecaysOfTheirOwn()
    {
        var recipe = new TorchSgdRecipe
        {
            Rate = 1,
            WeightDecay = 0.5,
            Groups =
            [
                new ParameterGroupRecipe { Names = "*.bias", WeightDecay = 0 },
                new ParameterGroupRecipe { Names = "head.*", Rate = 10 },
            ],
        };
        using var scope = NewDisposeScope();
        Parameter[] parameters = [.. new[] { "head.bias", "head.weight", "body.weight" }.Select(name => Parameter.Over(name, Leaf(1)))];
        using var optimizer = Optimizer.Create(recipe, parameters);
        foreach (var parameter in parameters)
            parameter.SetGradient(zeros(1));
        optimizer.Step(0.01);
        Assert.Equal([1f, 1 - 0.1f * 0.5f, 1 - 0.01f * 0.5f], parameters.Select(p => p.Value.item<float>()));
    }

    private static Tensor Leaf(int elements) => ones(elements).requires_grad_(true);

    private static void AssertSame(OptimizerRecipe recipe, Func<TorchSharp.Modules.Parameter, optim.Optimizer> reference)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var start = randn(Elements);
        var leaf = start.clone().requires_grad_(true);
        var theirs = new TorchSharp.Modules.Parameter(start.clone());
        var parameter = Parameter.Over("layer.weight", leaf);
        using var ours = Optimizer.Create(recipe, [parameter]);
        using var expected = reference(theirs);
        foreach (double rate in Rates)
        {
            var gradient = randn(Elements);
            parameter.SetGradient(gradient * 4);
            theirs.grad = gradient;
            foreach (var group in expected.ParamGroups)
                group.LearningRate = rate;
            ours.Step(rate, gradientScale: 0.25);
            expected.step();
        }

        Assert.InRange((parameter.Value - theirs).abs().max().item<float>(), 0, 2e-6);
    }
}
