using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using TorchSharp;

namespace Lockstep.Torch.Tests.Optimizers;

/// <summary>The update that a GPU makes in one operation, run on the CPU, which has the same operation.</summary>
public class ForeachSgdTests
{
    private const double Rounding = 1e-6; // a few roundings of fp32, in another order

    [Theory]
    [InlineData(torch.ScalarType.Float32, false)]
    [InlineData(torch.ScalarType.BFloat16, false)]
    [InlineData(torch.ScalarType.Float32, true)]
    public void Step_SeveralWithAFallingRate_AgreesWithTheCpusUpdate(torch.ScalarType working, bool usesPixels)
    {
        using var scope = torch.NewDisposeScope();
        var recipe = new SgdRecipe
        {
            Rate = 0.1,
            WeightDecay = 0.05,
            BiasRate = 2,
        };
        var arithmetic = new Arithmetic(torch.CPU, working, usesPixels);
        Parameter[] expected = Create(arithmetic with { UsesPixels = false }),
            found = Create(arithmetic);
        torch.Tensor[] velocities = [.. found.Select(p => torch.zeros_like(p.Value))];
        using var optimizer = Optimizer.Create(recipe, expected);
        var groups = ForeachSgd.Groups(found, velocities);

        foreach (double rate in new[] { 0.1, 0.1, 0.01 })
        {
            var gradients = expected.Select(p => torch.randn([.. p.Shape]).to(working)).ToList();
            foreach (var (parameters, i) in new[] { expected, found }.SelectMany(p => p.Select((one, i) => (one, i))))
                parameters.Working.grad = gradients[i];
            optimizer.Step(rate);
            using var guard = torch.no_grad();
            foreach (var group in groups)
            {
                double own = group.First.IsBias ? rate * 2 : rate;
                group.Step(
                    new()
                    {
                        Rate = (float)own,
                        Shrink = group.First.IsBias ? 0 : (float)(-own * 0.05),
                        KeepFirst = 0.9f,
                    }
                );
            }
        }

        Assert.Equal(2, groups.Count);
        foreach (var (one, other) in expected.Zip(found))
        {
            Assert.True(torch.allclose(one.Value, other.Value, Rounding, Rounding), one.Name);
            Assert.True(torch.allclose(one.Value.to(working), other.Working, 1e-2, 1e-2), one.Name);
        }
    }

    [Fact]
    public void Takes_NoMomentum_IsLeftToSingleOperations() =>
        Assert.Equal([false, true], new[] { 0, 0.9 }.Select(m => ForeachSgd.Takes(new SgdRecipe { Rate = 0.1, Momentum = m })));

    private static Parameter[] Create(Arithmetic arithmetic)
    {
        (string Name, long[] Shape)[] shapes = [("a.weight", [6, 3, 5, 5]), ("a.bias", [6]), ("b.weight", [7, 11]), ("b.bias", [7])];
        Parameter[] parameters =
        [
            .. shapes.Select(s => new Parameter(
                s.Name,
                s.Name.EndsWith("bias", StringComparison.Ordinal),
                s.Shape,
                new Extent(0, (int)s.Shape[0]),
                arithmetic
            )),
        ];
        for (int i = 0; i < parameters.Length; i++)
        {
            var random = new Random(i);
            float[] values = [.. Enumerable.Range(0, (int)parameters[i].Count).Select(_ => random.NextSingle() - 0.5f)];
            parameters[i].Load(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        }
        return parameters;
    }
}
