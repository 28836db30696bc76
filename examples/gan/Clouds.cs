using Lockstep.Torch.Modules;
using static TorchSharp.torch;

namespace Examples;

/// <summary>Eight clouds of points on a ring of radius 1.</summary>
internal static class Clouds
{
    private const int Count = 8;
    private const double Deviation = 0.05;

    /// <summary>Points, [count, 2], as many in each cloud.</summary>
    public static TensorSamples Draw(int count, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var points = Centres().index_select(0, arange(count) % Count) + Deviation * randn(count, 2, generator: generator);
        return new TensorSamples(points.DetachFromDisposeScope());
    }

    /// <summary>Whether a point lies within three standard deviations of a cloud's centre; a truth value for each.</summary>
    public static Tensor Holds(Tensor points) => (points.unsqueeze(1) - Centres()).square().sum(2).amin(1) < 9 * Deviation * Deviation;

    private static Tensor Centres()
    {
        var angle = arange(Count, ScalarType.Float32) * (2 * Math.PI / Count);
        return stack([cos(angle), sin(angle)], 1).to(ScalarType.Float32);
    }
}
