using Lockstep.Torch.Modules;
using static TorchSharp.torch;

namespace Examples;

/// <summary>Pictures of a disc in noise, and where the disc is.</summary>
internal static class Discs
{
    private const int Side = 48;

    /// <summary>Pictures and masks, each [count, 1, 48, 48].</summary>
    public static TensorSamples Draw(int count, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var places = arange(Side, ScalarType.Float32);
        var middle = rand(count, 2, 1, 1, generator: generator) * Side;
        var radius = 5 + 10 * rand(count, 1, 1, generator: generator);
        var distance = (
            (places.view(1, Side, 1) - middle.select(1, 0)).square() + (places.view(1, 1, Side) - middle.select(1, 1)).square()
        ).sqrt();
        var mask = (distance < radius).to(ScalarType.Float32).unsqueeze(1);
        var picture = 0.5 * mask + randn(count, 1, Side, Side, generator: generator);
        return new TensorSamples(picture.DetachFromDisposeScope(), mask.DetachFromDisposeScope());
    }

    /// <summary>What two masks have in common, as a share of what they cover together; a number for each picture.</summary>
    public static Tensor Overlap(Tensor found, Tensor mask)
    {
        var (common, together) = (found.logical_and(mask).sum([1, 2, 3]), found.logical_or(mask).sum([1, 2, 3]));
        return (common + 1).to(ScalarType.Float32) / (together + 1).to(ScalarType.Float32);
    }
}
