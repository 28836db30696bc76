using System.Runtime.InteropServices;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using TorchSharp;

namespace Lockstep.Torch.Tests.Optimizers;

/// <summary>Several steps of one parameter against the same rule in double.</summary>
public class OptimizerTests
{
    private static readonly float[] Start = [0.5f, -1.25f, 3, 0];

    /// <summary>
    /// The rate falls after step 2, as a schedule makes it fall: momentum with the rate inside and outside the velocity part there.
    /// </summary>
    private static readonly double[] Rates = [0.1, 0.1, 0.01, 0.01, 0.01];

    [Theory]
    [InlineData(false, 1, 0.05)]
    [InlineData(true, 2, 0)]
    public void Sgd_SeveralSteps_FollowThePapersRule(bool isBias, double rateFactor, double decay)
    {
        var recipe = new SgdRecipe { Rate = 0.1, WeightDecay = 0.05 };
        var (weights, velocity) = (Doubles(Start), new double[Start.Length]);

        AssertSteps(recipe, isBias, (rate, gradient) =>
        {
            for (int i = 0; i < weights.Length; i++)
            {
                velocity[i] = 0.9 * velocity[i] - decay * rate * rateFactor * weights[i] - rate * rateFactor * gradient[i];
                weights[i] += velocity[i];
            }
            return weights;
        });
    }

    [Fact]
    public void Sgd_BiasesWithSettingsOfTheirOwn_UseThem()
    {
        var recipe = new SgdRecipe
        {
            Rate = 0.1,
            Momentum = 0,
            BiasRate = 0.5,
            BiasWeightDecay = 0.2,
        };
        double[] weights = Doubles(Start);

        AssertSteps(recipe, isBias: true, (rate, gradient) =>
        {
            for (int i = 0; i < weights.Length; i++)
                weights[i] -= 0.5 * rate * (0.2 * weights[i] + gradient[i]);
            return weights;
        });
    }

    [Theory]
    [InlineData(0.9, 0.999, 1e-8)]
    [InlineData(0.5, 0.8, 1e-2)]
    public void Adam_SeveralSteps_FollowKingmaAndBa(double beta1, double beta2, double epsilon)
    {
        var recipe = new AdamRecipe
        {
            Rate = 0.1,
            Beta1 = beta1,
            Beta2 = beta2,
            Epsilon = epsilon,
        };
        var (weights, first, second, step) = (Doubles(Start), new double[Start.Length], new double[Start.Length], 0);

        AssertSteps(recipe, isBias: false, (rate, gradient) =>
        {
            step++;
            for (int i = 0; i < weights.Length; i++)
            {
                first[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
                second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i];
                double mean = first[i] / (1 - Math.Pow(beta1, step)),
                    square = second[i] / (1 - Math.Pow(beta2, step));
                weights[i] -= rate * mean / (Math.Sqrt(square) + epsilon);
            }
            return weights;
        });
    }

    /// <summary>Each step rounds a few times at the size of the weights, so five steps stay well within 1e-6 of them.</summary>
    private static void AssertSteps(OptimizerRecipe recipe, bool isBias, Func<double, double[], double[]> expected)
    {
        using var scope = torch.NewDisposeScope();
        using var parameter = new Parameter(
            "one.weight",
            isBias,
            [Start.Length],
            new Extent(0, Start.Length),
            new Arithmetic(torch.CPU, torch.ScalarType.Float32)
        );
        parameter.Load(MemoryMarshal.AsBytes(Start.AsSpan()));
        using var optimizer = Optimizer.Create(recipe, [parameter]);
        for (int step = 0; step < Rates.Length; step++)
        {
            float[] gradient = [0.3f - 0.2f * step, 1.5f, -1e-3f * (step + 1), step % 2];
            parameter.Value.grad = torch.tensor(gradient);
            optimizer.Step(Rates[step]);
            double[] weights = expected(Rates[step], Doubles(gradient));
            double[] found = Doubles(parameter.Value.detach().data<float>().ToArray());
            Assert.All(weights.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
        }
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];
}
