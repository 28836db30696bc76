using Lockstep.Core.Recipes;
using Lockstep.Native;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Tests.Checkpoints;
using TorchSharp;

namespace Lockstep.Torch.Tests.Optimizers;

public sealed class WeightAverageTests : IDisposable
{
    private readonly SmallShard _shard;

    public WeightAverageTests()
    {
        NativeLibraries.Load();
        _shard = new SmallShard(new AdamRecipe { Rate = 0.1 });
    }

    /// <summary>Against the definition, in double; the decay of the first updates is (1 + n) / (10 + n).</summary>
    [Fact]
    public void Add_SomeUpdates_EqualsTheDefinition()
    {
        using var average = new WeightAverage(new AverageRecipe { Decay = 0.3 }, _shard.Parameters);
        average.Begin();
        double expected = First(_shard.Parameters[0].Value);
        for (int n = 1; n <= 8; n++)
        {
            _shard.Step(n);
            average.Add(n);
            double decay = Math.Min(0.3, (1.0 + n) / (10.0 + n));
            expected = decay * expected + (1 - decay) * First(_shard.Parameters[0].Value);
        }
        Assert.Equal(expected, First(average.Averages[0].Value), 1e-6);
        Assert.Equal(_shard.Parameters[0].Name, average.Averages[0].Name);
    }

    [Fact]
    public void InPlace_LayersSeeTheAverage_AndAfterItTheWeightsAgain()
    {
        using var average = new WeightAverage(new AverageRecipe(), _shard.Parameters);
        average.Begin();
        double before = First(_shard.Parameters[0].Value);
        _shard.Step(1);
        double trained = First(_shard.Parameters[0].Value);
        using (average.InPlace())
            Assert.Equal(before, First(_shard.Parameters[0].Working));
        Assert.Equal(trained, First(_shard.Parameters[0].Working));
        Assert.Equal(before, First(average.Averages[0].Value));
        Assert.NotEqual(before, trained);
    }

    public void Dispose() => _shard.Dispose();

    private static double First(torch.Tensor values)
    {
        using var first = values.detach().flatten()[0];
        return first.item<float>();
    }
}
