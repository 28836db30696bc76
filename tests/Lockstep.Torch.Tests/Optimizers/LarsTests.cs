using System.Runtime.InteropServices;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Vectors;
using Lockstep.Transport.Collectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Torch.Tests.Optimizers;

/// <summary>LARS against the rule written out in double.</summary>
[Collection<Alone>]
public sealed class LarsTests : IDisposable
{
    private const double Decay = 0.05,
        Momentum = 0.9,
        Trust = 0.02;
    private const int Steps = 5;

    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_WeightsAndBiases_FollowYouGitmanAndGinsburg(bool biases)
    {
        var recipe = new SgdRecipe
        {
            Rate = 2,
            Momentum = Momentum,
            WeightDecay = Decay,
            BiasRate = 1,
            Lars = new LarsRecipe { Trust = Trust, Biases = biases },
        };
        var parameters = Parameters(ScalarType.Float32);
        using var optimizer = Optimizer.Create(recipe, parameters);
        double[][] weights = [.. parameters.Select(Doubles)],
            velocities = [.. weights.Select(w => new double[w.Length])];
        for (int step = 0; step < Steps; step++)
        {
            SetGradients(parameters, step);
            for (int i = 0; i < weights.Length; i++)
            {
                Update(
                    weights[i],
                    velocities[i],
                    [.. parameters[i].Gradient().data<float>().Select(g => (double)g)],
                    parameters[i].IsBias,
                    biases
                );
            }

            optimizer.Measure(new Exchange(new LocalCollectives()), step);
            optimizer.Step(recipe.Rate);
            for (int i = 0; i < weights.Length; i++)
            {
                Assert.All(weights[i].Zip(Doubles(parameters[i])), pair =>
                    Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First)))
                );
            }
        }
    }

    [Fact]
    public void Step_NoGradientAtAll_LeavesTheWeightsToTheirDecay()
    {
        var parameters = Parameters(ScalarType.Float32);
        double before = Doubles(parameters[0])[0];
        using var optimizer = Optimizer.Create(
            new SgdRecipe
            {
                Rate = 0.1,
                WeightDecay = Decay,
                Lars = new LarsRecipe(),
            },
            parameters
        );
        foreach (var parameter in parameters)
            parameter.Working.grad = zeros_like(parameter.Working);
        optimizer.Measure(new Exchange(new LocalCollectives()), 0);
        optimizer.Step(0.1);
        Assert.Equal(before * (1 - 0.1 * Decay), Doubles(parameters[0])[0], 1e-6);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void SquareSums_LongTensors_AreTheSumInDoubleOnAnyNumberOfThreads(ScalarType type)
    {
        using var generator = new Generator(7);
        Tensor[] tensors = [.. new long[] { 1, 9, 100_003 }.Select(length => randn([length], generator: generator).to(type))];
        double[] expected = [.. tensors.Select(t => t.to(ScalarType.Float64).square().sum().item<double>())];
        int before = get_num_threads();
        foreach (int threads in (int[])[1, 2, 3])
        {
            set_num_threads(threads);
            double[] found = SquareSums.Of(tensors);
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * pair.First));
            Assert.Equal(SquareSums.Of(tensors), found);
        }
        set_num_threads(before);
    }

    public void Dispose() => _scope.Dispose();

    private static void Update(double[] weights, double[] velocity, double[] gradient, bool isBias, bool biases)
    {
        double decay = isBias ? 0 : Decay; // of biases, by default
        double factor = isBias && !biases ? 1 : Trust * Norm(weights) / (Norm(gradient) + decay * Norm(weights));
        for (int i = 0; i < weights.Length; i++)
        {
            velocity[i] = Momentum * velocity[i] - 2 * factor * (gradient[i] + decay * weights[i]);
            weights[i] += velocity[i];
        }
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(v => v * v));

    private static IReadOnlyList<Parameter> Parameters(ScalarType working)
    {
        Parameter Make(string name, bool isBias, params float[] start)
        {
            var parameter = new Parameter(name, isBias, [start.Length], new Extent(0, start.Length), new Arithmetic(CPU, working));
            parameter.Load(MemoryMarshal.AsBytes(start.AsSpan()));
            return parameter;
        }
        return
        [
            Make("one.weight", false, 0.5f, -1.25f, 3, 0),
            Make("one.bias", true, 0.1f, -0.2f),
            Make("two.weight", false, 0.01f, 0.02f, -0.03f),
        ];
    }

    private static void SetGradients(IReadOnlyList<Parameter> parameters, int step)
    {
        foreach (var (parameter, number) in parameters.Select((p, i) => (p, i)))
        {
            parameter.Working.grad = tensor(
                Enumerable.Range(0, (int)parameter.Count).Select(i => 0.3f - 0.2f * step + i * (number + 1)).ToArray()
            );
        }
    }

    private static double[] Doubles(Parameter parameter) => [.. parameter.Value.detach().data<float>().Select(v => (double)v)];
}
