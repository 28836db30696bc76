using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Torch.Tests.Optimizers;

/// <summary>The update in one pass, over parameters longer than a block and shorter than a vector.</summary>
[Collection<Alone>]
public sealed class FusedUpdateTests : IDisposable
{
    private const double Rate = 0.01;
    private static readonly int[] Lengths = [3, UpdateTarget.BlockElements, 2 * UpdateTarget.BlockElements + 37];

    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Step_Sgd_IsTheRuleInDouble(ScalarType working)
    {
        var recipe = new SgdRecipe
        {
            Rate = Rate,
            Momentum = 0.9,
            WeightDecay = 0.1,
        };
        var velocities = Lengths.Select(length => zeros(length, dtype: ScalarType.Float64)).ToArray();
        AssertSteps(recipe, working, (i, value, gradient, _) =>
        {
            velocities[i] = 0.9 * velocities[i] - Rate * gradient - Rate * 0.1 * value;
            return value + velocities[i];
        });
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Step_Adam_IsTheRuleInDouble(ScalarType working)
    {
        var means = Lengths.Select(length => zeros(length, dtype: ScalarType.Float64)).ToArray();
        var squares = Lengths.Select(length => zeros(length, dtype: ScalarType.Float64)).ToArray();
        AssertSteps(new AdamRecipe { Rate = Rate }, working, (i, value, gradient, step) =>
        {
            means[i] = 0.9 * means[i] + 0.1 * gradient;
            squares[i] = 0.999 * squares[i] + 0.001 * gradient * gradient;
            return value - Rate * (means[i] / (1 - Math.Pow(0.9, step))) / ((squares[i] / (1 - Math.Pow(0.999, step))).sqrt() + 1e-8);
        });
    }

    [Fact]
    public void Step_AnyNumberOfThreads_GivesTheSameBits()
    {
        int before = get_num_threads();
        var results = new List<byte[]>();
        foreach (int threads in (int[])[1, 2, 3])
        {
            set_num_threads(threads);
            var parameters = Parameters(ScalarType.BFloat16);
            using var optimizer = Optimizer.Create(new AdamRecipe { Rate = Rate }, parameters);
            SetGradients(parameters, seed: 1);
            optimizer.Step(Rate);
            results.Add([.. parameters.SelectMany(p => p.Value.bytes.ToArray())]);
        }
        set_num_threads(before);
        Assert.All(results, bytes => Assert.Equal(results[0], bytes));
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("torch-sgd")]
    [InlineData("adam")]
    [InlineData("adamw")]
    public void Step_AGroupWithoutRate_KeepsItsBits(string kind)
    {
        OptimizerRecipe recipe = kind switch
        {
            "sgd" => new SgdRecipe { Rate = Rate, WeightDecay = 0.1 },
            "torch-sgd" => new TorchSgdRecipe { Rate = Rate, WeightDecay = 0.1 },
            "adam" => new AdamRecipe { Rate = Rate, WeightDecay = 0.1 },
            _ => new AdamWRecipe { Rate = Rate, WeightDecay = 0.1 },
        };
        var parameters = Parameters(ScalarType.Float32);
        var starts = parameters.Select(p => p.Value.bytes.ToArray()).ToList();
        using var optimizer = Optimizer.Create(recipe with { Groups = [new() { Names = "p1.*", Rate = 0 }] }, parameters);
        for (int step = 1; step <= 3; step++)
        {
            SetGradients(parameters, step);
            optimizer.Step(Rate);
        }

        bool[] areKept = [.. parameters.Zip(starts, (p, start) => p.Value.bytes.SequenceEqual(start))];
        Assert.Equal([false, true, false], areKept);
    }

    public void Dispose() => _scope.Dispose();

    private static void AssertSteps(OptimizerRecipe recipe, ScalarType working, Func<int, Tensor, Tensor, int, Tensor> rule)
    {
        var parameters = Parameters(working);
        Tensor[] expected = [.. parameters.Select(p => p.Value.detach().to(ScalarType.Float64))];
        using var optimizer = Optimizer.Create(recipe, parameters);
        for (int step = 1; step <= 3; step++)
        {
            SetGradients(parameters, step);
            for (int i = 0; i < parameters.Count; i++)
                expected[i] = rule(i, expected[i], parameters[i].Gradient().to(ScalarType.Float64), step);
            optimizer.Step(Rate);
            foreach (var (parameter, value) in parameters.Zip(expected))
            {
                double error = (parameter.Value.detach().to(ScalarType.Float64) - value).abs().max().item<double>();
                Assert.True(error < 2e-6, $"{error} after step {step}"); // a few roundings of numbers up to 4
                Assert.True(parameter.Working.detach().equal(parameter.Value.detach().to(working)).all().item<bool>());
                parameter.ClearGradient();
            }
        }
    }

    private static List<Parameter> Parameters(ScalarType working)
    {
        var parameters = Lengths
            .Select((length, i) => new Parameter($"p{i}.weight", false, [length], new Extent(0, length), new Arithmetic(CPU, working)))
            .ToList();
        foreach (var (parameter, i) in parameters.Select((p, i) => (p, i)))
            parameter.Load(Random(parameter.Count, 100 + i).bytes);
        return parameters;
    }

    private static void SetGradients(List<Parameter> parameters, int seed)
    {
        foreach (var (parameter, i) in parameters.Select((p, i) => (p, i)))
            parameter.Working.grad = Random(parameter.Count, 10 * seed + i).to(parameter.Working.dtype);
    }

    private static Tensor Random(long count, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn([count], generator: generator);
    }
}
